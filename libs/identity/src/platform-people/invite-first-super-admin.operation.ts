import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { Duplicate, type WriteTx } from '@tallystick/platform';
import { InvitationSent } from '../invitations/invitation.acts.js';
import type { InvitationToken } from '../invitations/invitation-token.policy.js';
import { maskedEmail } from '../invitations/invitation.js';
import { NewInvitations } from '../invitations/new-invitations.js';
import { PlatformAdministered } from './platform-people.errors.js';

/** Who is to administer a platform that nobody administers yet. */
export interface FirstSuperAdmin {
  readonly email: string;
  readonly fullName: string | null;
  /** Also where there is a super admin, whom nobody can reach any more. */
  readonly insist?: boolean;
}

/**
 * Invites a super admin in the name of whoever owns the database: the roles of the apps may not. The token is shown instead of sent, and
 * voids one that was made for the same address before.
 */
@Injectable()
export class InviteFirstSuperAdmin {
  constructor(private readonly invitations: NewInvitations) {}

  /** Throws `platform_administered`, `duplicate` for somebody who works for the platform already. */
  async execute(tx: WriteTx<PlatformContext>, { email: given, fullName, insist = false }: FirstSuperAdmin): Promise<InvitationToken> {
    const email = given.toLowerCase();
    const people = await tx.query<{ email: string; administers: boolean }>(
      `select u.email, p.role = 'super_admin' and p.status = 'active' and u.status = 'active' as administers
       from platform_role p join user_account u on u.id = p.user_id`,
    );
    if (people.some((person) => person.email === email)) throw Duplicate.with({ message: `${given} works for the platform already` });
    if (!insist && people.some(({ administers }) => administers)) throw PlatformAdministered.with();
    await tx.query(`update platform_invitation set status = 'revoked', settled_at = now() where email = $1 and status = 'pending'`, [
      email,
    ]);
    const { id, token } = await this.invitations.keep(tx, { email, fullName, role: 'super_admin' });
    tx.audit(InvitationSent, { target: { type: 'invitation', id }, after: { email: maskedEmail(email), role: 'super_admin' } });
    return token;
  }
}
