import { Injectable } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { ShortMemory, UnitOfWork } from '@tallystick/platform';
import type { AccessClaims } from './access-claims.policy.js';
import { FindStanding, type Standing } from './standing.query.js';

/** Below a second, with room for the look-up: a revocation is in force everywhere within one (OAU-05). */
const MEMORY_MS = 750;

/** The standing of actors for the guard, asked of the database at most once in `MEMORY_MS` for each. */
@Injectable()
export class Standings {
  private readonly memory = new ShortMemory(MEMORY_MS, (key) => this.lookUp(JSON.parse(key) as [string | null, string, string]));

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findStanding: FindStanding,
  ) {}

  /** The standing of whom a token speaks for; undefined when they have lost it, or never had it. */
  of({ tenantId, actorType, subject }: AccessClaims): Promise<Standing | undefined> {
    return this.memory.get(JSON.stringify([tenantId, actorType, subject]));
  }

  private lookUp([tenantId, actorType, subject]: [string | null, string, string]): Promise<Standing | undefined> {
    const system = { actor: { type: 'system', id: 'standings' }, requestId: 'standings' } as const;
    if (tenantId === null) {
      return this.unitOfWork.platform(requestContext({ tenantId, ...system }), (tx) => this.findStanding.ofPlatformUser(tx, subject));
    }
    return this.unitOfWork.read(requestContext({ tenantId, ...system }), (tx) =>
      actorType === 'client' ? this.findStanding.ofClient(tx, subject) : this.findStanding.ofTenantUser(tx, subject),
    );
  }
}
