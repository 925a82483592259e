import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { InvalidState, NotFound, PermissionDenied, type WriteTx } from '@tallystick/platform';
import { Sessions } from '../sessions/sessions.js';
import { MfaChanges } from './mfa-changes.js';
import { MfaFactors } from './mfa-factors.js';
import { MfaReset } from './mfa.acts.js';
import { MfaNotEnabled } from './mfa.errors.js';

/**
 * Takes the second factor from a person who lost both app and recovery codes, after a super admin made sure who asks. All their sessions
 * end, they are told by mail, and where their role requires a factor they reach nothing but the set-up of another. Nobody does it for
 * themselves. Throws `permission_denied` for anyone but a super admin, `not_found`, `invalid_state`, `mfa_not_enabled`.
 */
@Injectable()
export class ResetMfa {
  constructor(
    private readonly factors: MfaFactors,
    private readonly changes: MfaChanges,
    private readonly sessions: Sessions,
  ) {}

  async execute(tx: WriteTx<PlatformContext>, { userId, reason }: { userId: string; reason: string }): Promise<void> {
    const [caller] = await tx.query<{ allowed: boolean }>('select is_super_admin() as allowed');
    if (!caller?.allowed) throw PermissionDenied.with();
    if (userId === tx.ctx.actor.id) throw InvalidState.with({ message: 'Another super admin has to do this for you' });
    const [person] = await tx.query<{ status: string }>('select status from user_account where id = $1', [userId]);
    if (!person || person.status === 'erased') throw NotFound.with();
    if (!(await this.factors.lock(tx, userId)).secret) throw MfaNotEnabled.with();
    await this.factors.disable(tx, userId);
    const ended = await this.sessions.revokeAllOf(tx, userId);
    await this.changes.notify(tx, userId, 'mfa-disabled');
    tx.audit(MfaReset, { target: { type: 'user', id: userId }, after: { reason, sessions: ended } });
  }
}
