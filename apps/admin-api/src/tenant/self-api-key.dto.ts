import { API_KEY_STATUSES, CLIENT_SCOPES, type ApiKeyStatus, type ApiKeyView, type OwnApiKey, type SecretView } from '@tallystick/identity';
import { Choice, Integer, Moment, Nested, PageQuery, Text, Uuid, Words } from '@tallystick/platform';

const NAME = { max: 200, description: 'For people.', example: 'Core banking, production' };
const SCOPES = {
  min: 1,
  max: CLIENT_SCOPES.length,
  values: CLIENT_SCOPES,
  description: 'What the key is for; none that you lack yourself.',
  example: ['members:read', 'points:write'],
};
const CIDRS = { min: 1, max: 100, example: ['203.0.113.0/25'] };
const SECRET = {
  max: 100,
  description: 'Goes with the client id to `POST /api/v1/oauth/token` of the public API. Shown once: keep it where secrets are kept.',
  example: 'tss_live_qW3x1Zr0v8Yt5Kc2Nf7Lb4Hd9Ms6Pj_aUeGiTo-RkE',
};
const OVERLAP_SECONDS = 604_800;

export class SelfApiKeysQuery extends PageQuery {
  @Choice(API_KEY_STATUSES, { optional: true, description: 'Only keys in this state.', example: 'active' })
  status?: ApiKeyStatus;
}

export class CreateSelfApiKeyDto {
  @Text(NAME)
  name: string;

  @Words(SCOPES)
  scopes: string[];

  @Moment({
    optional: true,
    nullable: true,
    description: 'When it ends by itself; left out, it does not.',
    example: '2032-03-31T18:30:00Z',
  })
  expires_at?: string | null;

  @Words({
    ...CIDRS,
    optional: true,
    nullable: true,
    description: 'Approved networks, or parts of them, from which alone it may be used. Left out: all that are approved, as they change.',
  })
  allowed_cidrs?: string[] | null;

  static toKey({ name, scopes, expires_at, allowed_cidrs }: CreateSelfApiKeyDto): OwnApiKey {
    return {
      name,
      scopes,
      expiresAt: typeof expires_at === 'string' ? new Date(expires_at) : undefined,
      allowedCidrs: allowed_cidrs ?? undefined,
    };
  }
}

export class RegenerateSecretDto {
  @Integer({
    optional: true,
    min: 0,
    max: OVERLAP_SECONDS,
    description: 'How long the present secret works beside the new one; 0, as when left out, ends every older secret at once.',
    example: 86_400,
  })
  overlap_seconds?: number;
}

/** What is shown of a secret. */
class ShownSecretDto {
  @Text({ max: 40, description: 'How it begins.', example: 'tss_live_qW3x' })
  prefix: string;

  @Text({ min: 4, max: 4, nullable: true, description: 'How it ends; null for old ones.', example: 'oRkE' })
  last4: string | null;

  @Moment({ nullable: true, description: 'When it was last used, to the minute.' })
  last_used_at: string | null;
}

/** The secret before the present one, while it still works. */
export class PreviousSecretDto extends ShownSecretDto {
  @Moment({ description: 'Until when it works.' })
  expires_at: string;
}

/** An API key of a tenant: a client that signs in at the public API with its secret. */
export class SelfApiKeyDto extends ShownSecretDto {
  @Uuid()
  id: string;

  @Text(NAME)
  name: string;

  @Text({ max: 100, description: 'What the key calls itself at the token endpoint.', example: 'tsc_06c1mqst5j0' })
  client_id: string;

  @Words({ ...SCOPES, description: 'What the key is for.' })
  scopes: readonly string[];

  @Choice(API_KEY_STATUSES, { description: '`expired` keys ended by themselves, `revoked` ones were ended.', example: 'active' })
  status: ApiKeyStatus;

  @Choice(['approved', 'listed', 'anywhere'], {
    description:
      'From where it may be used: all approved networks, as they change; those of `allowed_cidrs`, as far as they are approved still; or ' +
      'anywhere, which only the platform gives.',
    example: 'approved',
  })
  networks: string;

  @Words({ ...CIDRS, nullable: true, description: 'Where `networks` is `listed`.', example: null })
  allowed_cidrs: readonly string[] | null;

  @Moment()
  created_at: string;

  @Moment({ nullable: true, example: null })
  expires_at: string | null;

  @Moment({ nullable: true, example: null })
  revoked_at: string | null;

  @Moment({ description: 'When the present secret was made.' })
  secret_created_at: string;

  @Nested(() => PreviousSecretDto, { nullable: true, description: 'The secret before, while it still works.' })
  previous_secret: PreviousSecretDto | null;

  static from(key: ApiKeyView): SelfApiKeyDto {
    return {
      id: key.id,
      name: key.name,
      client_id: key.clientId,
      scopes: key.scopes,
      status: key.status,
      networks: key.networkRule,
      allowed_cidrs: key.allowedNetworks,
      created_at: key.createdAt.toISOString(),
      expires_at: key.expiresAt?.toISOString() ?? null,
      revoked_at: key.revokedAt?.toISOString() ?? null,
      secret_created_at: key.secretCreatedAt.toISOString(),
      previous_secret: key.previousSecret && { ...shown(key.previousSecret), expires_at: key.previousSecret.expiresAt.toISOString() },
      ...shown(key),
    };
  }
}

/** A key with its secret, shown this once. */
export class SelfApiKeySecretDto extends SelfApiKeyDto {
  @Text(SECRET)
  secret: string;
}

const shown = ({ prefix, last4, lastUsedAt }: SecretView): ShownSecretDto => ({
  prefix,
  last4,
  last_used_at: lastUsedAt?.toISOString() ?? null,
});
