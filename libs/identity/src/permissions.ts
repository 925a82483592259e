/** Everything that a route can ask for: a closed list. */
export const PERMISSIONS = [
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
] as const;

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
] as const satisfies readonly Permission[];

export type ClientScope = (typeof CLIENT_SCOPES)[number];

/** Whether `scope` is one that an API client can be given. */
export const isClientScope = (scope: string): scope is ClientScope => (CLIENT_SCOPES as readonly string[]).includes(scope);

/** What a person can be in a tenant. */
export const TENANT_ROLES = ['tenant_admin', 'manager', 'support', 'auditor', 'member'] as const;

export type TenantRole = (typeof TENANT_ROLES)[number];

/** What a person can be on the platform; it gives nothing inside a tenant. */
export const PLATFORM_ROLES = ['super_admin', 'internal_staff'] as const;

export type PlatformRole = (typeof PLATFORM_ROLES)[number];

const READS = PERMISSIONS.filter((permission) => permission.endsWith(':read'));

const BY_ROLE: Readonly<Record<TenantRole | PlatformRole, readonly Permission[]>> = {
  tenant_admin: PERMISSIONS,
  manager: [...READS, 'members:write', 'points:write', 'cashback:write'],
  support: ['members:read', 'members:write', 'points:read', 'transactions:read', 'programs:read', 'offers:read'],
  auditor: READS,
  member: [],
  super_admin: [],
  internal_staff: [],
};

/** What a role may do. */
export const permissionsOfRole = (role: TenantRole | PlatformRole): readonly Permission[] => BY_ROLE[role];

/** What scopes let a client do: who may change webhook endpoints may see them. */
export function permissionsOfScopes(scopes: readonly string[]): readonly Permission[] {
  const known = scopes.filter(isClientScope);
  return known.includes('webhooks:write') && !known.includes('webhooks:read') ? [...known, 'webhooks:read'] : known;
}
