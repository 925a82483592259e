import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { Duplicate, PermissionDenied, type WriteTx } from '@tallystick/platform';
import { InvitationSent } from '../invitations/invitation.acts.js';
import { maskedEmail } from '../invitations/invitation.js';
import { SendInvitation } from '../invitations/send-invitation.js';
import type { PlatformRole } from '../permissions.js';

/** Somebody to work for the platform. */
export interface NewPlatformUser {
  readonly email: string;
  readonly fullName: string | null;
  readonly role: PlatformRole;
}

/** Invites people to the platform itself. */
@Injectable()
export class InvitePlatformUser {
  constructor(private readonly invitations: SendInvitation) {}

  /** Answers the id. Throws `permission_denied` for anyone but a super admin, `duplicate` for who is there or has an invitation that waits. */
  async execute(tx: WriteTx<PlatformContext>, input: NewPlatformUser): Promise<string> {
    const [caller] = await tx.query<{ allowed: boolean }>('select is_super_admin() as allowed');
    if (!caller?.allowed) throw PermissionDenied.with();
    const known = await tx.query('select from platform_role p join user_account u on u.id = p.user_id where u.email = $1', [
      input.email.toLowerCase(),
    ]);
    if (known.length > 0) throw Duplicate.with({ errors: { email: ['This person works for the platform already.'] } });
    const id = await this.invitations.create(tx, input);
    tx.audit(InvitationSent, { target: { type: 'invitation', id }, after: { email: maskedEmail(input.email), role: input.role } });
    return id;
  }
}
