import { setTimeout as sleep } from 'node:timers/promises';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import type { AssignableRoleDto, RoleDto } from './role.dto.js';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api?.close());

const ROLE = { code: 'branch_lead', name: 'Branch lead', permissions: ['users:read', 'members:read'], requires_mfa: false };
const open = async () => {
  const ctx = await openTenant(api.uow);
  return { ctx, admin: await api.person(ctx, 'tenant_admin') };
};

describe('the roles of a tenant', () => {
  it('are made, given, changed and deleted; a change acts within a second on who has one', async () => {
    const { ctx, admin } = await open();
    const made = await admin.call<RoleDto>('POST', '/tenant/roles', ROLE);
    expect(made).toMatchObject({
      status: 201,
      body: { data: { ...ROLE, permissions: expect.any(Array), rank: 50, people: 0, description: null } },
    });
    const { id } = made.body.data;
    const lead = await api.person(ctx, ROLE.code);
    expect((await lead.call('GET', '/tenant/users')).status).toBe(200);
    expect((await lead.call('GET', '/tenant/roles')).status).toBe(403);
    expect(
      (await admin.call('PATCH', `/tenant/roles/${id}`, { permissions: ['roles:read'], description: 'Leads' })).body.data,
    ).toMatchObject({
      permissions: ['roles:read'],
      description: 'Leads',
      people: 1,
    });
    await sleep(1_000);
    expect((await lead.call('GET', '/tenant/users')).status).toBe(403);
    expect((await lead.call<RoleDto>('GET', `/tenant/roles/${id}`)).body.data).toMatchObject({ id, code: 'branch_lead' });
    expect((await lead.call<RoleDto[]>('GET', '/tenant/roles?search=branch')).body.data).toHaveLength(1);
    expect((await lead.call('POST', '/tenant/roles', ROLE)).status).toBe(403);
    expect(await admin.call('DELETE', `/tenant/roles/${id}`)).toMatchObject({ status: 409, body: { code: 'role_in_use' } });
    await admin.call('PATCH', `/tenant/users/${lead.id}`, { role: 'member' });
    expect((await admin.call('DELETE', `/tenant/roles/${id}`)).status).toBe(200);
    expect((await admin.call('GET', `/tenant/roles/${id}`)).status).toBe(404);
  });

  it('that need a second factor let who has none reach nothing else', async () => {
    const { ctx, admin } = await open();
    await admin.call('POST', '/tenant/roles', { ...ROLE, requires_mfa: true });
    const lead = await api.person(ctx, ROLE.code);
    expect((await lead.call('GET', '/tenant/users')).status).toBe(200); // proved one at this sign-in
    await api.ask('update user_session set mfa_passed = false where user_id = $1', [lead.id]);
    await sleep(1_000);
    expect(await lead.call('GET', '/tenant/users')).toMatchObject({ status: 403, body: { code: 'mfa_setup_required' } });
  });

  it('never hold what their maker lacks', async () => {
    const { ctx, admin } = await open();
    await admin.call('POST', '/tenant/roles', {
      ...ROLE,
      code: 'maker',
      permissions: ['roles:write', 'roles:read', 'points:read'],
      rank: 30,
      requires_mfa: true,
    });
    const maker = await api.person(ctx, 'maker');
    expect((await maker.call('POST', '/tenant/roles', { ...ROLE, permissions: ['points:read'] })).status).toBe(201);
    for (const beyond of [{ permissions: ['points:write'] }, { permissions: [], rank: 31 }]) {
      expect(await maker.call('POST', '/tenant/roles', { ...ROLE, code: 'beyond', ...beyond })).toMatchObject({
        status: 403,
        body: { code: 'permission_denied' },
      });
    }
    const [own] = (await maker.call<RoleDto[]>('GET', '/tenant/roles?search=maker')).body.data;
    expect((await maker.call('PATCH', `/tenant/roles/${own!.id}`, { permissions: ['roles:write', 'users:write'] })).status).toBe(403);
    expect((await maker.call('PATCH', `/tenant/roles/${own!.id}`, { rank: 99 })).status).toBe(403);
    expect((await maker.call('PATCH', `/tenant/roles/${own!.id}`, { requires_mfa: false })).status).toBe(403);
    expect((await admin.call('PATCH', `/tenant/roles/${own!.id}`, { requires_mfa: false })).status).toBe(200);
  });

  it.each([
    [{ ...ROLE, code: 'Lead' }, 'code'],
    [{ ...ROLE, code: 'manager' }, 'code', 409],
    [{ ...ROLE, code: 'super_admin' }, 'code'],
    [{ ...ROLE, permissions: ['tenants:write'] }, 'permissions'],
    [{ ...ROLE, permissions: ['points:read', 'points:read'] }, 'permissions'],
    [{ ...ROLE, rank: 100 }, 'rank'],
    [{ ...ROLE, rank: 0 }, 'rank'],
    [{ ...ROLE, name: '' }, 'name'],
    [{ ...ROLE, tenant_id: 'x' }, 'tenant_id'],
  ])('are refused as %j, naming %s', async (body, field, status = 400) => {
    const { admin } = await open();
    const said = await admin.call('POST', '/tenant/roles', body);
    expect([said.status, Object.keys(said.body.errors)]).toEqual([status, [field]]);
  });

  it('are unknown to another tenant (AZN-01)', async () => {
    const [{ admin }, stranger] = [await open(), (await open()).admin];
    const { id } = (await admin.call<RoleDto>('POST', '/tenant/roles', ROLE)).body.data;
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const)
      expect([method, (await stranger.call(method, `/tenant/roles/${id}`, body)).status]).toEqual([method, 404]);
    expect((await stranger.call('GET', '/tenant/roles')).body.data).toEqual([]);
    const offered = await stranger.call<AssignableRoleDto[]>('GET', '/tenant/assignable-roles');
    expect(offered.body.data.map(({ code }) => code)).toEqual(['tenant_admin', 'manager', 'support', 'auditor', 'member']);
  });
});

describe('the roles to give', () => {
  it('end at the caller’s own rank and permissions', async () => {
    const { ctx, admin } = await open();
    await admin.call('POST', '/tenant/roles', { ...ROLE, permissions: ['users:read', 'members:read'], rank: 70 });
    await admin.call('POST', '/tenant/roles', { ...ROLE, code: 'boss', permissions: [], rank: 71 });
    const lead = await api.person(ctx, ROLE.code);
    const { status, body } = await lead.call<AssignableRoleDto[]>('GET', '/tenant/assignable-roles');
    expect(status).toBe(200);
    expect(body.data).toEqual([
      {
        code: 'branch_lead',
        name: 'Branch lead',
        permissions: expect.arrayContaining(['users:read', 'members:read']),
        rank: 70,
        built_in: false,
      },
      { code: 'member', name: 'Member', permissions: [], rank: 20, built_in: true },
    ]);
    expect((await (await api.person(ctx, 'support')).call('GET', '/tenant/assignable-roles')).status).toBe(403);
  });
});
