import { Injectable } from '@nestjs/common';
import type { WriteTx } from '@tallystick/platform';
import { InvitationResent } from './invitation.acts.js';
import { PendingInvitations } from './pending-invitations.js';
import { SendInvitation } from './send-invitation.js';

/**
 * Sends an invitation again with a new link, which works as long as the first one did and voids it. Throws `not_found`, `invalid_state`
 * for one that is settled, `permission_denied` for a role beyond the caller, `throttled` within a minute.
 */
@Injectable()
export class ResendInvitation {
  constructor(
    private readonly pending: PendingInvitations,
    private readonly invitations: SendInvitation,
  ) {}

  async execute(tx: WriteTx, { id }: { id: string }): Promise<void> {
    const invitation = await this.pending.lock(tx, id);
    this.pending.refuseTooSoon(invitation);
    await this.invitations.renew(tx, id, invitation);
    tx.audit(InvitationResent, { target: { type: 'invitation', id } });
  }
}
