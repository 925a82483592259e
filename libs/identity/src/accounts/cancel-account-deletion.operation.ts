import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { InvalidState, sendMail, type WriteTx } from '@tallystick/platform';
import { AccountDeletionCancelled } from './account.acts.js';
import { FindAccountDeletions, type AccountDeletion } from './account-deletions.query.js';

/**
 * Keeps the account of the person of `tx.ctx`. Throws `invalid_state` when no deletion is scheduled, and once its time has come: by then some
 * tenants may have forgotten the person.
 */
@Injectable()
export class CancelAccountDeletion {
  constructor(private readonly findDeletions: FindAccountDeletions) {}

  async execute(tx: WriteTx<RequestContext>): Promise<AccountDeletion> {
    const userId = tx.ctx.actor.id;
    const [cancelled] = await tx.query<{ id: string }>(
      `update account_deletion set status = 'cancelled', cancelled_at = now() where user_id = $1 and status = 'scheduled'
         and scheduled_for > now() returning id`,
      [userId],
    );
    if (!cancelled) throw InvalidState.with({ message: 'No deletion of this account is scheduled' });
    const [person] = await tx.query<{ email: string; full_name: string }>('select email, full_name from user_account where id = $1', [
      userId,
    ]);
    tx.enqueue(sendMail, { to: person!.email, template: 'account-deletion-cancelled', data: { name: person!.full_name } });
    tx.audit(AccountDeletionCancelled, { target: { type: 'user', id: userId }, after: { request_id: cancelled.id } });
    return (await this.findDeletions.byId(tx, cancelled.id))!;
  }
}
