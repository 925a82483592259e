import { Injectable } from '@nestjs/common';
import { requestContext, type RequestContext } from '@tallystick/kernel';
import { ShortMemory, UnitOfWork, type ReadTx } from '@tallystick/platform';
import type { AccessClaims } from './access-claims.policy.js';
import { Sessions } from '../sessions/sessions.js';
import { FindStanding, type PersonStanding, type Standing } from './standing.query.js';

/** Below a second, with room for the look-up: a revocation is in force everywhere within one (OAU-05). */
const MEMORY_MS = 750;

/** The standing of actors for the guard, asked of the database at most once in `MEMORY_MS` for each. */
@Injectable()
export class Standings {
  private readonly memory = new ShortMemory(
    MEMORY_MS,
    (key) => this.lookUp(JSON.parse(key) as [string | null, string, string, string]),
    undefined,
    // Who has just set up their second factor goes on at once.
    (standing) => !standing?.mfaMissing,
  );

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findStanding: FindStanding,
    private readonly sessions: Sessions,
  ) {}

  /** The standing of whom a token or cookie speaks for; undefined when they have lost it, or never had it. */
  of({ tenantId, actorType, subject, sessionId }: AccessClaims): Promise<Standing | undefined> {
    return this.memory.get(JSON.stringify([tenantId, actorType, subject, sessionId ?? '']));
  }

  private lookUp([tenantId, actorType, subject, sessionId]: [string | null, string, string, string]): Promise<Standing | undefined> {
    const system = { actor: { type: 'system', id: 'standings' }, requestId: 'standings' } as const;
    const session = { userId: subject, sessionId };
    if (tenantId === null) return this.seen(requestContext({ tenantId, ...system }), (tx) => this.findStanding.ofPlatformUser(tx, session));
    const ctx = requestContext({ tenantId, ...system });
    if (actorType === 'client') return this.unitOfWork.read(ctx, (tx) => this.findStanding.ofClient(tx, subject));
    if (actorType === 'member') return this.unitOfWork.read(ctx, (tx) => this.findStanding.ofMember(tx, subject));
    return this.seen(ctx, (tx) => this.findStanding.ofTenantUser(tx, session));
  }

  /** Finds a person's standing and notes, at most once a minute, that their session is in use. */
  private async seen(ctx: RequestContext, find: (tx: ReadTx) => Promise<PersonStanding | undefined>): Promise<Standing | undefined> {
    const found = await this.unitOfWork.read(ctx, find);
    if (found?.sessionUnseen) {
      const platform = requestContext({ tenantId: null, actor: ctx.actor, requestId: ctx.requestId });
      await this.unitOfWork.platform(platform, (tx) => this.sessions.touch(tx, found.sessionId));
    }
    return found;
  }
}
