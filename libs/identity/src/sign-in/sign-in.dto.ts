import { Choice, Email, Integer, Moment, Nested, Text, Uuid, Words } from '@tallystick/platform';
import { ACCESS_TOKEN_SECONDS } from '../access/access-token-signer.js';
import { PERMISSIONS, type Permission } from '../permissions.js';
import type { SignedIn } from './sign-in.operation.js';
import type { UserProfile } from '../people/user-profile.query.js';

/** What a person signs in with. */
export class SignInDto {
  @Text({ max: 254, description: 'The e-mail address.', example: 'admin@demo.example' })
  username: string;

  @Text({ max: 128, description: 'Exactly as typed.', example: 'correct horse battery staple' })
  password: string;

  @Text({
    optional: true,
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    hint: 'Must be the slug of a tenant.',
    description: 'The tenant to sign in to, for people who belong to several; left out, the first one.',
    example: 'demo',
  })
  tenant?: string;
}

class ProfileTenantDto {
  @Uuid()
  id: string;

  @Text({ example: 'demo' })
  slug: string;

  @Text({ example: 'Demo Bank' })
  name: string;
}

/** A person, as they see themselves. */
export class UserProfileDto {
  @Uuid()
  id: string;

  @Email({ example: 'admin@demo.example' })
  email: string;

  @Text({ example: 'Asha Rao' })
  full_name: string;

  @Text({ max: 50, description: 'In the tenant, whose own roles are named by their code, or on the platform.', example: 'tenant_admin' })
  role: string;

  @Words({ max: PERMISSIONS.length, values: PERMISSIONS, example: ['programs:read', 'programs:write'] })
  permissions: readonly Permission[];

  @Nested(() => ProfileTenantDto, { nullable: true, description: 'Null for people of the platform.' })
  tenant: ProfileTenantDto | null;

  @Moment({ nullable: true })
  last_login_at: string | null;

  static from({ id, email, fullName, role, permissions, tenant, lastLoginAt }: UserProfile): UserProfileDto {
    return { id, email, full_name: fullName, role, permissions, tenant, last_login_at: lastLoginAt?.toISOString() ?? null };
  }
}

/** A person signed in. */
export class SignedInDto {
  @Text({ max: 4_096, description: 'Send as `Authorization: Bearer`.', example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' })
  access_token: string;

  @Choice(['Bearer'])
  token_type: 'Bearer';

  @Integer({ min: 1, max: ACCESS_TOKEN_SECONDS, description: 'Seconds.', example: ACCESS_TOKEN_SECONDS })
  expires_in: number;

  @Nested(() => UserProfileDto)
  user: UserProfileDto;

  static from({ accessToken, expiresIn, user }: SignedIn): SignedInDto {
    return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn, user: UserProfileDto.from(user) };
  }
}
