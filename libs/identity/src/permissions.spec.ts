import {
  CLIENT_SCOPES,
  PLATFORM_PERMISSIONS,
  TENANT_PERMISSIONS,
  permissionsOfRole,
  permissionsOfScopes,
  TENANT_ROLES,
} from './permissions.js';

describe('permissions', () => {
  it('offers clients the scopes that integrators are told of', () => {
    const documented =
      'members:read members:write points:read points:write transactions:read ledger:read webhooks:write offers:read cashback:write';
    expect(CLIENT_SCOPES).toEqual(expect.arrayContaining(documented.split(' ')));
    expect(CLIENT_SCOPES).not.toContain('programs:write');
  });

  it('lets who changes webhook endpoints see them, who moves points see wallets, and widens no other scope', () => {
    const wide: Partial<Record<string, string[]>> = {
      'webhooks:write': ['webhooks:read'],
      'members:read': ['members:reveal'],
      'members:write': ['members:reveal'],
      'points:read': ['wallets:read', 'tiers:read'],
      'cashback:write': ['cashback:read'],
      'conciliation:write': ['conciliation:read'],
      'claims:write': ['claims:read'],
      'points:write': ['wallets:read', 'wallets:transfer', 'wallets:redeem', 'tiers:read'],
    };
    for (const scope of CLIENT_SCOPES) expect([...permissionsOfScopes([scope])].sort()).toEqual([scope, ...(wide[scope] ?? [])].sort());
    expect(permissionsOfScopes(['everything', 'transactions:read'])).toEqual(['transactions:read']);
  });

  it('gives each role what it is for', () => {
    expect(permissionsOfRole('tenant_admin')).toEqual(TENANT_PERMISSIONS);
    expect(permissionsOfRole('super_admin')).toEqual(PLATFORM_PERMISSIONS);
    expect(permissionsOfRole('auditor').every((permission) => permission.endsWith(':read'))).toBe(true);
    expect(permissionsOfRole('support')).not.toContain('points:write');
    expect(permissionsOfRole('member')).toEqual([]);
    for (const permission of permissionsOfRole('internal_staff')) expect(TENANT_PERMISSIONS).not.toContain(permission);
    for (const role of TENANT_ROLES.filter((one) => one !== 'tenant_admin'))
      expect(permissionsOfRole(role)).not.toContain('programs:write');
  });
});
