import { Injectable } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { ShortMemory, UnitOfWork } from '@tallystick/platform';
import { sessionSecretHash } from './session-secret.policy.js';
import { SESSION_ALIVE } from './sessions.js';

/** Whose session a cookie names. */
export interface CookieSession {
  readonly sessionId: string;
  readonly userId: string;
  /** Null on the platform itself. */
  readonly tenantId: string | null;
}

const MEMORY_MS = 750;
const system = requestContext({ tenantId: null, actor: { type: 'system', id: 'sessions' }, requestId: 'sessions' } as const);

/** Finds the session of a cookie, asked of the database at most once in `MEMORY_MS` for each. */
@Injectable()
export class CookieSessions {
  private readonly memory = new ShortMemory(MEMORY_MS, (hash) => this.lookUp(Buffer.from(hash, 'base64url')));

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The session that `secret` opens; undefined when there is none, or it ended. */
  find(secret: string): Promise<CookieSession | undefined> {
    return this.memory.get(sessionSecretHash(secret).toString('base64url'));
  }

  private async lookUp(hash: Buffer): Promise<CookieSession | undefined> {
    const [row] = await this.unitOfWork.read(system, (tx) =>
      tx.query<{ id: string; user_id: string; signed_in_to: string | null }>(
        `select s.id, s.user_id, s.signed_in_to from user_session s where s.secret_hash = $1 and ${SESSION_ALIVE}`,
        [hash],
      ),
    );
    return row && { sessionId: row.id, userId: row.user_id, tenantId: row.signed_in_to };
  }
}
