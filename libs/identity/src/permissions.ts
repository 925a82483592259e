/** What a route on a tenant's data can ask for: a closed list. */
export const TENANT_PERMISSIONS = [
  'members:read',
  'members:write',
  'points:read',
  'points:write',
  'transactions:read',
  'ledger:read',
  'webhooks:read',
  'webhooks:write',
  'programs:read',
  'programs:write',
  'offers:read',
  'cashback:write',
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
  'platform_users:read',
  'platform_users:write',
  'platform_audit_log:read',
] as const;

export type PlatformPermission = (typeof PLATFORM_PERMISSIONS)[number];

/** Everything that a route can ask for. */
export const PERMISSIONS = [...TENANT_PERMISSIONS, ...PLATFORM_PERMISSIONS] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What an API client can be given: the scopes of `native.md`, and reading webhooks apart from writing them. */
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
  'cashback:write',
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

const READS = TENANT_PERMISSIONS.filter((permission) => permission.endsWith(':read'));

const BY_ROLE: Readonly<Record<TenantRole | PlatformRole, readonly Permission[]>> = {
  tenant_admin: TENANT_PERMISSIONS,
  manager: [...READS, 'members:write', 'points:write', 'cashback:write'],
  support: ['members:read', 'members:write', 'points:read', 'transactions:read', 'programs:read', 'offers:read'],
  auditor: READS,
  member: [],
  super_admin: PLATFORM_PERMISSIONS,
  internal_staff: ['tenants:read', 'tenants:write', 'network_allowlists:decide', 'platform_users:read'],
};

/** What a role may do. */
export const permissionsOfRole = (role: TenantRole | PlatformRole): readonly Permission[] => BY_ROLE[role];

/** What scopes let a client do: who may change webhook endpoints may see them. */
export function permissionsOfScopes(scopes: readonly string[]): readonly Permission[] {
  const known = scopes.filter(isClientScope);
  return known.includes('webhooks:write') && !known.includes('webhooks:read') ? [...known, 'webhooks:read'] : known;
}
