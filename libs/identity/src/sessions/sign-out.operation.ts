import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { ValidationFailed, type WriteTx } from '@tallystick/platform';
import { sessionSecretHash } from './session-secret.policy.js';
import { SignedOut } from './session.acts.js';
import { Sessions } from './sessions.js';

/** What a person signs out of, besides the session that asks. */
export interface SignOutInput {
  /** A refresh token of theirs: its session ends too. */
  readonly refreshToken?: string;
  /** All sessions of the person end, in all tenants. */
  readonly allDevices?: boolean;
}

/** Ends the session of the person of `tx.ctx`, or all of them. Throws `validation_error` for a refresh token that is not theirs. */
@Injectable()
export class SignOut {
  constructor(private readonly sessions: Sessions) {}

  async execute(tx: WriteTx<RequestContext>, { refreshToken, allDevices = false }: SignOutInput): Promise<void> {
    const userId = tx.ctx.actor.id;
    const named = refreshToken === undefined ? undefined : await sessionOfToken(tx, userId, refreshToken);
    let ended = 0;
    if (allDevices) ended = await this.sessions.revokeAllOf(tx, userId);
    else for (const id of new Set([tx.ctx.sessionId, named])) if (id && (await this.sessions.revokeOne(tx, userId, id))) ended++;
    tx.audit(SignedOut, { target: { type: 'user', id: userId }, after: { sessions: ended, all_devices: allDevices } });
  }
}

async function sessionOfToken(tx: WriteTx, userId: string, refreshToken: string): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    'select s.id from refresh_token t join user_session s on s.id = t.session_id where t.hash = $1 and s.user_id = $2',
    [sessionSecretHash(refreshToken), userId],
  );
  if (!row) throw ValidationFailed.with({ errors: { refresh_token: ['This is no refresh token of yours.'] } });
  return row.id;
}
