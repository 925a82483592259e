import { Injectable } from '@nestjs/common';
import type { WriteTx } from '@tallystick/platform';
import { InvitationRevoked } from './invitation.acts.js';
import { homeOf } from './invitation.js';
import { PendingInvitations } from './pending-invitations.js';

/** Takes an invitation back: its link is void. Throws `not_found`, `invalid_state` for one that is settled, `permission_denied`. */
@Injectable()
export class RevokeInvitation {
  constructor(private readonly pending: PendingInvitations) {}

  async execute(tx: WriteTx, { id }: { id: string }): Promise<void> {
    await this.pending.lock(tx, id);
    const { table, own } = homeOf(tx.ctx);
    await tx.query(`update ${table} i set status = 'revoked', settled_at = now() where ${own} and i.id = $2`, [tx.ctx.tenantId, id]);
    tx.audit(InvitationRevoked, { target: { type: 'invitation', id } });
  }
}
