/** What a route on a tenant's data can ask for: a closed list. */
export const TENANT_PERMISSIONS = [
  'members:read',
  'members:write',
  'members:reveal',
  'members:erase',
  'member_attributes:read',
  'member_attributes:write',
  'points:read',
  'points:write',
  'wallets:read',
  'wallets:transfer',
  'wallets:redeem',
  'wallets:adjust',
  'wallet_adjustments:read',
  'wallet_adjustments:decide',
  'transactions:read',
  'transactions:write',
  'ledger:read',
  'webhooks:read',
  'webhooks:write',
  'programs:read',
  'programs:write',
  'tiers:read',
  'tiers:write',
  'segments:read',
  'segments:write',
  'rules:read',
  'rules:write',
  'rules:approve',
  'coins:read',
  'coins:write',
  'funds:read',
  'funds:write',
  'merchants:read',
  'merchants:write',
  'offers:read',
  'offers:write',
  'offers:activate',
  'cashback:read',
  'cashback:write',
  'conciliation:read',
  'conciliation:write',
  'claims:read',
  'claims:write',
  'claims:decide',
  'institution:read',
  'institution:write',
  'files:read',
  'files:write',
  'sandbox:read',
  'sandbox:write',
  'branding:read',
  'branding:write',
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'api_keys:read',
  'api_keys:write',
  'network_allowlist:read',
  'network_allowlist:write',
  'audit_log:read',
] as const;

export type TenantPermission = (typeof TENANT_PERMISSIONS)[number];

/** What a route of the platform itself can ask for: a closed list. */
export const PLATFORM_PERMISSIONS = [
  'tenants:read',
  'tenants:write',
  'network_allowlists:decide',
  'institutions:decide',
  'platform_users:read',
  'platform_users:write',
  'platform_audit_log:read',
] as const;

export type PlatformPermission = (typeof PLATFORM_PERMISSIONS)[number];

/** Everything that a route can ask for. */
export const PERMISSIONS = [...TENANT_PERMISSIONS, ...PLATFORM_PERMISSIONS] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What an API client can be given: the scopes of `native.md`, and apart from them what some of these bring along. */
export const CLIENT_SCOPES = [
  'members:read',
  'members:write',
  'points:read',
  'points:write',
  'transactions:read',
  'ledger:read',
  'webhooks:read',
  'webhooks:write',
  'offers:read',
  'offers:activate',
  'cashback:read',
  'cashback:write',
  'conciliation:read',
  'conciliation:write',
  'claims:read',
  'claims:write',
  'coins:read',
  'coins:write',
  'wallets:read',
  'wallets:transfer',
  'wallets:redeem',
  'tiers:read',
] as const satisfies readonly TenantPermission[];

export type ClientScope = (typeof CLIENT_SCOPES)[number];

/** Whether `scope` is one that an API client can be given. */
export const isClientScope = (scope: string): scope is ClientScope => (CLIENT_SCOPES as readonly string[]).includes(scope);

/** What a person can be in a tenant, besides the roles that the tenant makes itself; the highest rank first. */
export const TENANT_ROLES = ['tenant_admin', 'manager', 'support', 'auditor', 'member'] as const;

export type TenantRole = (typeof TENANT_ROLES)[number];

/** What a person can be on the platform; it gives nothing inside a tenant. */
export const PLATFORM_ROLES = ['super_admin', 'internal_staff'] as const;

export type PlatformRole = (typeof PLATFORM_ROLES)[number];

/**
 * What a permission brings along: who may change webhook endpoints may see them, wallets are what points are in, and an API client that
 * reads or writes members is the system that knows them.
 */
const BRINGS: Readonly<Partial<Record<TenantPermission, readonly TenantPermission[]>>> = {
  'webhooks:write': ['webhooks:read'],
  'cashback:write': ['cashback:read'],
  'conciliation:write': ['conciliation:read'],
  'claims:write': ['claims:read'],
  'points:read': ['wallets:read', 'tiers:read'],
  'points:write': ['wallets:read', 'wallets:transfer', 'wallets:redeem', 'tiers:read'],
};

const FOR_CLIENTS: typeof BRINGS = { ...BRINGS, 'members:read': ['members:reveal'], 'members:write': ['members:reveal'] };

const along = (held: readonly TenantPermission[], brings: typeof BRINGS): readonly TenantPermission[] => {
  const all = new Set([...held, ...held.flatMap((permission) => brings[permission] ?? [])]);
  return TENANT_PERMISSIONS.filter((permission) => all.has(permission));
};

/** Permissions with all that they bring along, for a person. */
export const withImplied = (held: readonly TenantPermission[]): readonly TenantPermission[] => along(held, BRINGS);

/** What a member may do, on what is their own alone. */
export const MEMBER_PERMISSIONS = [
  'wallets:read',
  'wallets:transfer',
  'wallets:redeem',
  'transactions:read',
  'tiers:read',
  'offers:read',
  'offers:activate',
  'cashback:read',
  'claims:read',
  'claims:write',
] as const satisfies readonly TenantPermission[];

const READS = TENANT_PERMISSIONS.filter((permission) => permission.endsWith(':read'));

const BY_ROLE: Readonly<Record<TenantRole | PlatformRole, readonly Permission[]>> = {
  tenant_admin: TENANT_PERMISSIONS,
  manager: [
    ...READS,
    'files:write',
    'members:write',
    'members:reveal',
    'members:erase',
    'points:write',
    'rules:write',
    'rules:approve',
    'wallets:transfer',
    'wallets:redeem',
    'wallets:adjust',
    'wallet_adjustments:decide',
    'transactions:write',
    'merchants:write',
    'offers:write',
    'offers:activate',
    'cashback:write',
    'conciliation:write',
    'claims:write',
    'claims:decide',
  ],
  support: [
    'members:read',
    'members:write',
    'members:reveal',
    'member_attributes:read',
    'points:read',
    'wallets:read',
    'transactions:read',
    'programs:read',
    'tiers:read',
    'segments:read',
    'merchants:read',
    'offers:read',
    'cashback:read',
    'claims:read',
    'claims:write',
  ],
  auditor: READS,
  member: [],
  super_admin: PLATFORM_PERMISSIONS,
  internal_staff: ['tenants:read', 'tenants:write', 'network_allowlists:decide', 'institutions:decide', 'platform_users:read'],
};

/** What a role may do. */
export const permissionsOfRole = (role: TenantRole | PlatformRole): readonly Permission[] => BY_ROLE[role];

/** What scopes let a client do, with all that they bring along. */
export const permissionsOfScopes = (scopes: readonly string[]): readonly Permission[] => along(scopes.filter(isClientScope), FOR_CLIENTS);

/** The scopes that let a client do what somebody with these permissions may not, be it by what they bring along. */
export const scopesBeyond = (permissions: readonly Permission[], scopes: readonly string[]): string[] =>
  scopes.filter((scope) => permissionsOfScopes([scope]).some((permission) => !permissions.includes(permission)));
