import { Injectable } from '@nestjs/common';
import { sendMail, type ActDefinition, type WriteTx } from '@tallystick/platform';
import { Passcodes, subjectOf } from '../passcodes/passcodes.js';
import { Sessions } from '../sessions/sessions.js';

/** A password's place is taken by another. */
export interface Replacement {
  readonly userId: string;
  readonly email: string;
  readonly fullName: string;
  readonly newHash: string;
  /** What is recorded of it. */
  readonly act: ActDefinition;
  /** The session that stays, if any. */
  readonly keptSession?: string;
}

/** All that goes with a new password, however its owner proved to be its owner: other sessions end, mailed ways to another one too, and the owner is told. */
@Injectable()
export class ReplacePassword {
  constructor(
    private readonly sessions: Sessions,
    private readonly passcodes: Passcodes,
  ) {}

  async execute(tx: WriteTx, { userId, email, fullName, newHash, act, keptSession }: Replacement): Promise<void> {
    await tx.query('update user_account set password_hash = $2 where id = $1', [userId, newHash]);
    const ended = await this.sessions.revokeAllOf(tx, userId, { except: keptSession });
    await this.passcodes.forget(tx, subjectOf(userId), ['password_reset', 'password_reset_link', 'login']);
    tx.audit(act, { target: { type: 'user', id: userId }, after: { sessions_ended: ended } });
    tx.enqueue(sendMail, { to: email, template: 'password-changed', data: { name: fullName, when: new Date().toISOString() } });
  }
}
