import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Duplicate, InvalidState, type WriteTx } from '@tallystick/platform';
import { refuseBeyond } from '../roles/authority.policy.js';
import { RolePowers } from '../roles/role-powers.query.js';
import { InvitationSent } from './invitation.acts.js';
import { maskedEmail } from './invitation.js';
import type { NewInvitation } from './new-invitations.js';
import { SendInvitation } from './send-invitation.js';

/** Invites people into a tenant by mail. What it answers and how long it takes do not tell whether the address has an account elsewhere. */
@Injectable()
export class InviteUser {
  constructor(
    private readonly powers: RolePowers,
    private readonly invitations: SendInvitation,
  ) {}

  /**
   * Answers the id of the invitation. Throws `permission_denied` for a role beyond the caller, `validation_error` for an unknown one,
   * `duplicate` for somebody who is in the tenant already or has an invitation that waits.
   */
  async execute(tx: WriteTx<TenantContext>, input: NewInvitation): Promise<string> {
    const caller = await this.powers.ofActingCaller(tx);
    refuseBeyond(caller, await this.powers.ofRole(tx, input.role));
    const known = await tx.query(
      'select from tenant_user m join user_account u on u.id = m.user_id where m.tenant_id = $1 and u.email = $2',
      [tx.ctx.tenantId, input.email.toLowerCase()],
    );
    if (known.length > 0) throw Duplicate.with({ errors: { email: ['This person is in the tenant already.'] } });
    return this.send(tx, input);
  }

  /** Invites the first admin of a tenant that the platform has opened. Throws `invalid_state` for a tenant that has people. */
  async firstAdmin(tx: WriteTx<TenantContext>, { email, fullName }: Omit<NewInvitation, 'role'>): Promise<string> {
    const people = await tx.query('select from tenant_user where tenant_id = $1 limit 1', [tx.ctx.tenantId]);
    if (people.length > 0) throw InvalidState.with({ message: 'This tenant has people who invite others' });
    return this.send(tx, { email, fullName, role: 'tenant_admin' });
  }

  private async send(tx: WriteTx<TenantContext>, input: NewInvitation): Promise<string> {
    const id = await this.invitations.create(tx, input);
    tx.audit(InvitationSent, { target: { type: 'invitation', id }, after: { email: maskedEmail(input.email), role: input.role } });
    return id;
  }
}
