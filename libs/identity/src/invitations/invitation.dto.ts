import { Choice, Email, Flag, Moment, Nested, Text, Uuid } from '@tallystick/platform';
import type { Accepted } from './accept-invitation.operation.js';
import { INVITATION_STATUSES, type Invitation } from './invitation.js';
import type { OpenInvitation } from './open-invitation.query.js';

const Token = (): PropertyDecorator =>
  Text({ max: 100, description: 'What the link of the invitation ends with.', example: `tsi_${'A'.repeat(64)}` });

/** Whoever holds the link of an invitation asks what it leads to. */
export class LookUpInvitationDto {
  @Token()
  token: string;
}

/** Whoever holds the link of an invitation accepts it. */
export class AcceptInvitationDto {
  @Token()
  token: string;

  @Text({
    max: 128,
    description: 'For a new account the password to be; for a known one its password.',
    example: 'correct horse battery staple',
  })
  password: string;

  @Text({ optional: true, max: 200, description: "For a new account alone; the inviter's spelling when left out.", example: 'Asha Rao' })
  full_name?: string;
}

class InvitationPlaceDto {
  @Text({ example: 'demo' })
  slug: string;

  @Text({ example: 'Demo Bank' })
  name: string;
}

/** What an invitation leads to. */
export class OpenInvitationDto {
  @Email({ example: 'asha@bank.example' })
  email: string;

  @Text({ nullable: true, description: 'As the inviter wrote it.', example: 'Asha Rao' })
  full_name: string | null;

  @Text({ max: 50, example: 'manager' })
  role: string;

  @Nested(() => InvitationPlaceDto, { nullable: true, description: 'Null for the platform itself.' })
  tenant: InvitationPlaceDto | null;

  @Flag({ description: 'Whether this address has an account, which accepts with its own password and keeps its name.', example: false })
  account_exists: boolean;

  @Moment()
  expires_at: string;

  static from({ email, fullName, role, tenant, account, expiresAt }: OpenInvitation): OpenInvitationDto {
    return { email, full_name: fullName, role, tenant, account_exists: account !== null, expires_at: expiresAt.toISOString() };
  }
}

/** An accepted invitation. Nobody is signed in by it. */
export class AcceptedInvitationDto {
  @Email({ description: 'To sign in with.', example: 'asha@bank.example' })
  email: string;

  @Text({ max: 50, example: 'manager' })
  role: string;

  @Nested(() => InvitationPlaceDto, { nullable: true, description: 'Null for the platform itself.' })
  tenant: InvitationPlaceDto | null;

  @Flag({ description: 'False for an account that was there before.', example: true })
  account_created: boolean;

  static from({ email, role, tenant, accountCreated }: Accepted): AcceptedInvitationDto {
    return { email, role, tenant, account_created: accountCreated };
  }
}

class InviterDto {
  @Uuid()
  id: string;

  @Text({ example: 'Meera Iyer' })
  full_name: string;
}

/** An invitation as who looks after people sees it. */
export class InvitationDto {
  @Uuid()
  id: string;

  @Email({ example: 'asha@bank.example' })
  email: string;

  @Text({ nullable: true, example: 'Asha Rao' })
  full_name: string | null;

  @Text({ max: 50, example: 'manager' })
  role: string;

  @Choice(INVITATION_STATUSES, { example: 'pending' })
  status: string;

  @Nested(() => InviterDto, { nullable: true, description: 'Null where the platform itself invited.' })
  invited_by: InviterDto | null;

  @Moment()
  created_at: string;

  @Moment({ description: 'When it was last sent.' })
  sent_at: string;

  @Moment()
  expires_at: string;

  @Moment({ nullable: true, description: 'When it was accepted, revoked or found expired.' })
  settled_at: string | null;

  static from(invitation: Invitation): InvitationDto {
    const { id, email, fullName, role, status, invitedBy, createdAt, sentAt, expiresAt, settledAt } = invitation;
    return {
      id,
      email,
      full_name: fullName,
      role,
      status,
      invited_by: invitedBy && { id: invitedBy.id, full_name: invitedBy.fullName },
      created_at: createdAt.toISOString(),
      sent_at: sentAt.toISOString(),
      expires_at: expiresAt.toISOString(),
      settled_at: settledAt?.toISOString() ?? null,
    };
  }
}
