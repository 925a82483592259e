import { TENANT_PERMISSIONS, TENANT_ROLES } from '../permissions.js';
import {
  builtInPower,
  HIGHEST_CUSTOM_RANK,
  isBuiltIn,
  knownPermissions,
  mayGive,
  RANK_OF,
  refuseAbove,
  refuseBeyond,
} from './authority.policy.js';

const codeOf = (work: () => void): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { definition: { code: string } }).definition.code;
  }
};

describe('authority', () => {
  it('ranks the built-in roles in their order, admins above any role of a tenant', () => {
    const ranks = TENANT_ROLES.map((role) => RANK_OF[role]);
    expect([...ranks].sort((a, b) => b - a)).toEqual(ranks);
    expect(new Set(ranks).size).toBe(ranks.length);
    expect(RANK_OF.tenant_admin).toBeGreaterThan(HIGHEST_CUSTOM_RANK);
  });

  it('gives no role above its own rank, and none with a permission that it lacks', () => {
    const lead = { rank: 70, permissions: ['users:read', 'users:write', 'members:read'] } as const;
    expect(mayGive(lead, { rank: 70, permissions: ['members:read'] })).toBe(true);
    expect(mayGive(lead, { rank: 71, permissions: [] })).toBe(false);
    expect(mayGive(lead, { rank: 1, permissions: ['points:write'] })).toBe(false);
    expect(TENANT_ROLES.filter((role) => mayGive(lead, builtInPower(role)))).toEqual(['member']);
    expect(TENANT_ROLES.every((role) => mayGive(builtInPower('tenant_admin'), builtInPower(role)))).toBe(true);
    expect(codeOf(() => refuseBeyond(lead, { rank: 71, permissions: [] }))).toBe('permission_denied');
    expect(codeOf(() => refuseBeyond(lead, { rank: 1, permissions: ['points:write'] }))).toBe('permission_denied');
    expect(codeOf(() => refuseBeyond(lead, lead))).toBe('none');
  });

  it('touches equals and who is below, nobody above', () => {
    expect(codeOf(() => refuseAbove(builtInPower('manager'), builtInPower('manager')))).toBe('none');
    expect(codeOf(() => refuseAbove(builtInPower('manager'), builtInPower('tenant_admin')))).toBe('permission_denied');
  });

  it('forgets permissions that there are no more', () => {
    expect(knownPermissions(['points:read', 'gone:read'])).toEqual(['points:read']);
    expect(knownPermissions([...TENANT_PERMISSIONS])).toEqual(TENANT_PERMISSIONS);
    expect([isBuiltIn('manager'), isBuiltIn('branch_lead'), isBuiltIn('toString')]).toEqual([true, false, false]);
  });
});
