import type { TenantUserView } from '@tallystick/identity';
import { Choice, Email, Flag, Integer, Moment, Text, Uuid } from '@tallystick/platform';

export const USER_STATUSES = ['active', 'suspended'] as const;

/** The role that a person is to have. */
export class ChangeUserDto {
  @Text({ max: 50, description: 'One of the assignable roles, by its code.', example: 'support' })
  role: string;
}

/** What ended with a sign-out. */
export class SignedOutUserDto {
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'How many sessions were open.', example: 2 })
  sessions: number;
}

/** A person of the tenant. */
export class UserDto {
  @Uuid()
  id: string;

  @Email({ example: 'asha@bank.example' })
  email: string;

  @Text({ max: 200, example: 'Asha Rao' })
  full_name: string;

  @Text({ max: 50, example: 'manager' })
  role: string;

  @Text({ max: 100, example: 'Manager' })
  role_name: string;

  @Choice(USER_STATUSES, { description: 'In this tenant.', example: 'active' })
  status: string;

  @Flag({ example: true })
  mfa_enabled: boolean;

  @Moment()
  joined_at: string;

  @Moment({ nullable: true })
  suspended_at: string | null;

  static from({ id, email, fullName, role, roleName, status, mfaEnabled, joinedAt, suspendedAt }: TenantUserView): UserDto {
    return {
      id,
      email,
      full_name: fullName,
      role,
      role_name: roleName,
      status,
      mfa_enabled: mfaEnabled,
      joined_at: joinedAt.toISOString(),
      suspended_at: suspendedAt?.toISOString() ?? null,
    };
  }
}
