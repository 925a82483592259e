import { Email, field, Flag, Moment, Nested, Phone, Text, Uuid, Words, type FieldOptions } from '@tallystick/platform';
import { PERMISSIONS, type Permission } from '../permissions.js';
import type { UserProfile } from '../people/user-profile.query.js';

/** An IANA time zone. */
const Timezone = (options: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'timezone',
      schema: { type: 'string', minLength: 1, maxLength: 64 },
      check: (value) => typeof value === 'string' && value.length <= 64 && isTimezone(value),
      message: 'Must be an IANA time zone, as Asia/Kolkata.',
    },
    { example: 'Asia/Kolkata', ...options },
  );

/** A BCP 47 language tag. */
const Locale = (options: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'locale',
      schema: { type: 'string', minLength: 2, maxLength: 35 },
      check: (value) => typeof value === 'string' && value.length <= 35 && isLocale(value),
      message: 'Must be a BCP 47 language tag, as en-IN.',
    },
    { example: 'en-IN', ...options },
  );

/** The address of a picture, which we hand on and never fetch. */
const Avatar = (options: FieldOptions): PropertyDecorator =>
  Text({
    max: 500,
    pattern: /^https:\/\/[^\s"'<>\\]+$/,
    hint: 'Must be an https address of at most 500 characters.',
    example: 'https://images.example/asha.png',
    ...options,
  });

class ProfileTenantDto {
  @Uuid()
  id: string;

  @Text({ example: 'demo' })
  slug: string;

  @Text({ example: 'Demo Bank' })
  name: string;
}

/** A person, as they see themselves (A.1.4). */
export class UserProfileDto {
  @Uuid()
  id: string;

  @Email({ example: 'admin@demo.example' })
  email: string;

  @Flag({ description: 'Whether somebody showed that the address is theirs.' })
  email_verified: boolean;

  @Text({ example: 'Asha Rao' })
  full_name: string;

  @Phone({ nullable: true })
  phone_number: string | null;

  @Timezone({ nullable: true, description: 'In which the person reads times.' })
  timezone: string | null;

  @Locale({ nullable: true, description: 'Which the person reads.' })
  locale: string | null;

  @Avatar({ nullable: true, description: 'A picture at an address of their own.' })
  avatar: string | null;

  @Text({ max: 50, description: 'In the tenant, whose own roles are named by their code, or on the platform.', example: 'tenant_admin' })
  role: string;

  @Words({ max: PERMISSIONS.length, values: PERMISSIONS, example: ['programs:read', 'programs:write'] })
  permissions: readonly Permission[];

  @Nested(() => ProfileTenantDto, { nullable: true, description: 'Null for people of the platform.' })
  tenant: ProfileTenantDto | null;

  @Flag({ description: 'Whether a second factor is asked for at sign-in.' })
  mfa_enabled: boolean;

  @Moment({ nullable: true })
  last_login_at: string | null;

  static from(profile: UserProfile): UserProfileDto {
    const { id, email, timezone, locale, avatar, role, permissions, tenant } = profile;
    return {
      id,
      email,
      email_verified: profile.emailVerified,
      full_name: profile.fullName,
      phone_number: profile.phoneNumber,
      timezone,
      locale,
      avatar,
      role,
      permissions,
      tenant,
      mfa_enabled: profile.mfaEnabled,
      last_login_at: profile.lastLoginAt?.toISOString() ?? null,
    };
  }
}

/** What a person changes of themselves; what is left out stays, null removes. */
export class UpdateProfileDto {
  @Text({ optional: true, max: 200, pattern: /\S/, hint: 'Must be a name of 1 to 200 characters.', example: 'Asha Rao' })
  full_name?: string;

  @Phone({ optional: true, nullable: true })
  phone_number?: string | null;

  @Timezone({ optional: true, nullable: true })
  timezone?: string | null;

  @Locale({ optional: true, nullable: true })
  locale?: string | null;

  @Avatar({ optional: true, nullable: true })
  avatar?: string | null;
}

function isTimezone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
