import { Choice, Currency, Email, Flag, Integer, Nested, Phone, Text, Uuid, Words, ListOf } from '@tallystick/platform';
import { BrandingDto } from '../branding/branding.dto.js';
import type { Branding } from '../branding/find-branding.query.js';
import type { Tenant, TenantMode, TenantStatus } from '../tenants/tenant.entity.js';
import type { PublicContext } from './public-contexts.js';

class ContextTenantDto {
  @Uuid()
  id: string;

  @Text({ max: 63, example: 'demo' })
  slug: string;

  @Text({ max: 200, example: 'Demo Bank' })
  name: string;

  @Text({ max: 200, nullable: true, example: 'Demo Bank Limited' })
  legal_name: string | null;

  @Choice(['live', 'sandbox'], { description: 'A sandbox is for trying things out.', example: 'live' })
  mode: TenantMode;

  @Choice(['active', 'suspended'], { example: 'active' })
  status: TenantStatus;

  @Text({ description: 'IANA zone of its business days.', example: 'Asia/Kolkata' })
  timezone: string;

  @Currency()
  currency: string;

  @Text({ max: 40, description: 'What its points are called.', example: 'points' })
  points_label: string;
}

/** What of the platform a tenant has in use. */
export class TenantFeaturesDto {
  @Flag({ description: 'Members can earn and redeem: there is an active program.', example: true })
  points: boolean;

  @Flag({ description: 'Events are sent: there is an active webhook endpoint.', example: true })
  webhooks: boolean;

  @Flag({ description: 'The tenant shows itself in its own way.', example: false })
  custom_branding: boolean;

  @Flag({ description: 'Some role needs a second factor.', example: true })
  mfa_required: boolean;
}

/** A program that members can be in. */
export class TenantProductDto {
  @Uuid()
  id: string;

  @Text({ max: 64, example: 'everyday' })
  code: string;

  @Text({ max: 200, example: 'Everyday points' })
  name: string;

  @Currency()
  currency: string;

  @Integer({ min: 0, max: 4, description: 'Decimals that its points may have.', example: 0 })
  scale: number;

  @Flag({ description: 'The program that is meant where none is named.', example: true })
  is_default: boolean;
}

/** What one request may hold. */
export class TenantLimitsDto {
  @Integer({ min: 1, max: 10_000, description: 'Items on a page.', example: 100 })
  page_size: number;

  @Integer({
    min: 1,
    max: 100_000_000,
    description: 'Bytes of a request body, where the operation does not say otherwise.',
    example: 262_144,
  })
  body_bytes: number;

  @Integer({ min: 1, max: 1_000_000, description: 'Items of a batch of points.', example: 5_000 })
  batch_items: number;

  @Integer({ min: 1, max: 100_000_000, description: 'Bytes of an uploaded image.', example: 524_288 })
  image_bytes: number;

  @Integer({ min: 1, max: 86_400, description: 'Seconds that an access token lives.', example: 900 })
  access_token_seconds: number;
}

/** What other parts of the platform say of a tenant and of whoever asks. */
export interface ContextParts {
  readonly features: Pick<TenantFeaturesDto, 'webhooks'>;
  readonly products: TenantProductDto[];
  readonly limits: TenantLimitsDto;
  /** Of whoever asks. */
  readonly permissions: string[];
}

/** The tenant of whoever asks, and what they may do there. */
export class TenantContextDto {
  @Nested(() => ContextTenantDto)
  tenant: ContextTenantDto;

  @Nested(() => TenantFeaturesDto)
  features: TenantFeaturesDto;

  @ListOf(() => TenantProductDto, { max: 100, description: 'The active programs, by name; `rewards/programs` lists all.' })
  products: TenantProductDto[];

  @Nested(() => BrandingDto)
  branding: BrandingDto;

  @Nested(() => TenantLimitsDto)
  limits: TenantLimitsDto;

  @Words({ max: 200, description: 'What the caller may do at this moment.', example: ['members:read', 'points:write'] })
  user_permissions: string[];

  static from(tenant: Tenant, branding: Branding, { features, products, limits, permissions }: ContextParts): TenantContextDto {
    const { id, slug, name, legalName, mode, status, timezone, currency, pointsLabel } = tenant;
    return {
      tenant: { id, slug, name, legal_name: legalName, mode, status, timezone, currency, points_label: pointsLabel },
      features: {
        points: products.length > 0,
        webhooks: features.webhooks,
        custom_branding: Object.values(branding).some((value) => value !== null),
        mfa_required: tenant.mfaRequiredRoles.length > 0,
      },
      products,
      branding: BrandingDto.from(branding),
      limits,
      user_permissions: permissions,
    };
  }
}

/** Which tenant is asked for. */
export class PublicContextQuery {
  @Text({
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    hint: 'Must be the slug of a tenant.',
    description: 'The name of the tenant in addresses.',
    example: 'demo',
  })
  slug: string;
}

/** What anybody may know of a tenant before they sign in. */
export class PublicContextDto {
  @Text({ max: 200, example: 'Demo Bank' })
  name: string;

  @Text({ nullable: true, max: 2_000, example: 'https://bank.example/logo.png' })
  logo_url: string | null;

  @Text({ nullable: true, max: 7, example: '#0A5C36' })
  primary_color: string | null;

  @Text({ nullable: true, max: 7, example: '#F2F2F2' })
  secondary_color: string | null;

  @Words({ max: 10, description: 'How people sign in: by a password, or by a code that is mailed to them.', example: ['password', 'otp'] })
  login_methods: string[];

  @Email({ nullable: true, example: 'help@bank.example' })
  support_email: string | null;

  @Phone({ nullable: true })
  support_phone: string | null;

  static from({ name, logoUrl, primaryColor, secondaryColor, supportEmail, supportPhone }: PublicContext): PublicContextDto {
    return {
      name,
      logo_url: logoUrl,
      primary_color: primaryColor,
      secondary_color: secondaryColor,
      login_methods: [...LOGIN_METHODS],
      support_email: supportEmail,
      support_phone: supportPhone,
    };
  }
}

/** How people sign in: `auth/token` and `auth/session/login` take a password or a mailed code, and a code beside it where a second factor is set up. */
const LOGIN_METHODS = ['password', 'otp'] as const;
