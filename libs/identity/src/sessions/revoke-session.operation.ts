import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { SessionRevoked } from './session.acts.js';
import { Sessions } from './sessions.js';

/** Ends a session of the person of `tx.ctx`. Throws `not_found` for one that is somebody else's, or ended before. */
@Injectable()
export class RevokeSession {
  constructor(private readonly sessions: Sessions) {}

  async execute(tx: WriteTx<RequestContext>, { id }: { id: string }): Promise<void> {
    if (!(await this.sessions.revokeOne(tx, tx.ctx.actor.id, id))) throw NotFound.with();
    tx.audit(SessionRevoked, { target: { type: 'session', id } });
  }
}
