import { TENANT_ROLES } from '@tallystick/identity';
import { Choice, Currency, Email, Moment, Nested, Ordering, PageQuery, Search, Text, Uuid, Words } from '@tallystick/platform';
import {
  LONGEST_SLUG,
  TENANT_ORDERS,
  type NewOrganization,
  type TenantChanges,
  type TenantMode,
  type TenantOrder,
  type TenantRecord,
  type TenantStatus,
} from '@tallystick/tenancy';
import type { FirstAdmin } from './first-admins.js';

const MODES = ['live', 'sandbox'];
const STATUSES = ['active', 'suspended'];

const Zone = (options: { optional?: boolean }): PropertyDecorator =>
  Text({ max: 60, description: 'IANA zone of its business days.', example: 'Asia/Kolkata', ...options });
const Label = (options: { optional?: boolean }): PropertyDecorator =>
  Text({ max: 40, description: 'What its points are called.', example: 'points', ...options });
const MfaRoles = (options: { optional?: boolean }): PropertyDecorator =>
  Words({
    max: TENANT_ROLES.length,
    values: TENANT_ROLES,
    description: 'Roles that nobody works in without a second factor.',
    example: ['tenant_admin'],
    ...options,
  });

/** Which tenants. */
export class TenantsQuery extends PageQuery {
  @Choice(STATUSES, { optional: true, example: 'active' })
  status?: TenantStatus;

  @Choice(MODES, { optional: true, example: 'live' })
  mode?: TenantMode;

  @Search({ description: 'A part of the name, the legal name or the slug.' })
  search?: string;

  @Ordering(TENANT_ORDERS, { description: 'Order of the list, the newest first when left out; a leading - turns it around.' })
  ordering?: TenantOrder;
}

/** Who is to be the first admin of a tenant. */
export class FirstAdminDto {
  @Email({ example: 'admin@bank.example' })
  email: string;

  @Text({ optional: true, max: 200, example: 'Asha Rao' })
  full_name?: string;

  static toAdmin({ email, full_name }: FirstAdminDto): FirstAdmin {
    return { email, fullName: full_name ?? null };
  }
}

/** The first admin is invited. */
export class FirstAdminInvitedDto {
  @Uuid()
  invitation_id: string;
}

/** An organization to be. */
export class OpenOrganizationDto {
  @Text({ max: 200, example: 'Demo Bank' })
  name: string;

  @Text({
    max: LONGEST_SLUG,
    pattern: new RegExp(`^[a-z0-9]([a-z0-9-]{0,${LONGEST_SLUG - 2}}[a-z0-9])?$`),
    hint: `Must be small letters, digits and hyphens within, at most ${LONGEST_SLUG}.`,
    description: 'The name of the live tenant in addresses; that of the sandbox gets -sandbox behind it.',
    example: 'demo-bank',
  })
  slug: string;

  @Text({ optional: true, max: 200, description: 'The name of the company, as contracts have it.', example: 'Demo Bank Limited' })
  legal_name?: string;

  @Zone({})
  timezone: string;

  @Currency()
  currency: string;

  @Label({ optional: true })
  points_label?: string;

  @MfaRoles({ optional: true })
  mfa_required_roles?: string[];

  @Nested(() => FirstAdminDto, { optional: true, description: 'Whom to invite into both tenants by mail; left out, nobody yet.' })
  admin?: FirstAdminDto;

  static toInput(dto: OpenOrganizationDto): NewOrganization {
    return {
      name: dto.name,
      slug: dto.slug,
      timezone: dto.timezone,
      currency: dto.currency,
      ...(dto.legal_name !== undefined && { legalName: dto.legal_name }),
      ...(dto.points_label !== undefined && { pointsLabel: dto.points_label }),
      ...(dto.mfa_required_roles && { mfaRequiredRoles: dto.mfa_required_roles }),
    };
  }
}

/** What of a tenant is to change; what is left out stays. */
export class UpdateTenantDto {
  @Text({ optional: true, max: 200, example: 'Demo Bank' })
  name?: string;

  @Text({ optional: true, nullable: true, max: 200, example: 'Demo Bank Limited' })
  legal_name?: string | null;

  @Zone({ optional: true })
  timezone?: string;

  @Label({ optional: true })
  points_label?: string;

  @MfaRoles({ optional: true })
  mfa_required_roles?: string[];

  static toChanges(dto: UpdateTenantDto): TenantChanges {
    return {
      name: dto.name,
      legalName: dto.legal_name,
      timezone: dto.timezone,
      pointsLabel: dto.points_label,
      mfaRequiredRoles: dto.mfa_required_roles,
    };
  }
}

/** Why a tenant is suspended. */
export class SuspendTenantDto {
  @Text({ max: 500, description: 'For the record, and for whoever restores it.', example: 'The contract has ended' })
  reason: string;
}

class TenantOrganizationDto {
  @Uuid()
  id: string;

  @Text({ max: 200, example: 'Demo Bank' })
  name: string;
}

/** A tenant, as staff of the platform see it. */
export class TenantDto {
  @Uuid()
  id: string;

  @Nested(() => TenantOrganizationDto)
  organization: TenantOrganizationDto;

  @Text({ max: 63, example: 'demo' })
  slug: string;

  @Text({ max: 200, example: 'Demo Bank' })
  name: string;

  @Text({ max: 200, nullable: true, example: 'Demo Bank Limited' })
  legal_name: string | null;

  @Choice(MODES, { example: 'live' })
  mode: TenantMode;

  @Choice(STATUSES, { example: 'active' })
  status: TenantStatus;

  @Zone({})
  timezone: string;

  @Currency()
  currency: string;

  @Label({})
  points_label: string;

  @MfaRoles({})
  mfa_required_roles: string[];

  @Moment({ nullable: true })
  suspended_at: string | null;

  @Text({ max: 500, nullable: true, example: 'The contract has ended' })
  suspension_reason: string | null;

  @Moment()
  created_at: string;

  static from(tenant: TenantRecord): TenantDto {
    return {
      id: tenant.id,
      organization: { id: tenant.organizationId, name: tenant.organizationName },
      slug: tenant.slug,
      name: tenant.name,
      legal_name: tenant.legalName,
      mode: tenant.mode,
      status: tenant.status,
      timezone: tenant.timezone,
      currency: tenant.currency,
      points_label: tenant.pointsLabel,
      mfa_required_roles: tenant.mfaRequiredRoles,
      suspended_at: tenant.suspendedAt?.toISOString() ?? null,
      suspension_reason: tenant.suspensionReason,
      created_at: tenant.createdAt.toISOString(),
    };
  }
}

/** An organization, just admitted, with its twins. */
export class OpenedOrganizationDto {
  @Nested(() => TenantOrganizationDto)
  organization: TenantOrganizationDto;

  @Nested(() => TenantDto)
  live: TenantDto;

  @Nested(() => TenantDto)
  sandbox: TenantDto;
}
