import { PLATFORM_ROLES, type PlatformRole, type PlatformUser } from '@tallystick/identity';
import { Choice, Email, Flag, Moment, Text, Uuid } from '@tallystick/platform';

export const PLATFORM_USER_STATUSES = ['active', 'suspended'] as const;

/** The role that a person of the platform is to have. */
export class ChangePlatformUserDto {
  @Choice(PLATFORM_ROLES, { example: 'internal_staff' })
  role: PlatformRole;
}

/** Why somebody's second factor is taken from them. */
export class ResetMfaDto {
  @Text({ max: 500, description: 'How you made sure who asks; kept in the audit trail.', example: 'Called back on the number on file.' })
  reason: string;
}

/** A person of the platform. */
export class PlatformUserDto {
  @Uuid()
  id: string;

  @Email({ example: 'meera@tallystick.example' })
  email: string;

  @Text({ max: 200, example: 'Meera Iyer' })
  full_name: string;

  @Choice(PLATFORM_ROLES, { example: 'internal_staff' })
  role: string;

  @Choice(PLATFORM_USER_STATUSES, { description: 'On the platform itself.', example: 'active' })
  status: string;

  @Flag({ example: true })
  mfa_enabled: boolean;

  @Moment({ nullable: true })
  last_login_at: string | null;

  @Moment()
  joined_at: string;

  @Moment({ nullable: true })
  suspended_at: string | null;

  static from({ id, email, fullName, role, status, mfaEnabled, lastLoginAt, joinedAt, suspendedAt }: PlatformUser): PlatformUserDto {
    return {
      id,
      email,
      full_name: fullName,
      role,
      status,
      mfa_enabled: mfaEnabled,
      last_login_at: lastLoginAt?.toISOString() ?? null,
      joined_at: joinedAt.toISOString(),
      suspended_at: suspendedAt?.toISOString() ?? null,
    };
  }
}
