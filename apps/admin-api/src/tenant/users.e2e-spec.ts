import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@tallystick/kernel';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import type { UserDto } from './user.dto.js';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api?.close());

/** What was remembered of somebody's standing is asked again by then (OAU-05). */
const SECOND = 1_000;

describe('the people of a tenant', () => {
  it('are listed, found and changed; a new role and a suspension act within a second on open sessions (AZN-09)', async () => {
    const ctx = await openTenant(api.uow);
    const [admin, support] = [await api.person(ctx, 'tenant_admin'), await api.person(ctx, 'support')];
    const list = await admin.call<UserDto[]>('GET', '/tenant/users?page_size=1&page=2');
    expect(list.body.meta.pagination).toMatchObject({ total: 2, has_next: false });
    expect((await admin.call<UserDto[]>('GET', `/tenant/users?search=${support.email.slice(0, 8)}`)).body.data).toEqual([
      expect.objectContaining({ id: support.id, role: 'support', role_name: 'Support', status: 'active', mfa_enabled: false }),
    ]);
    expect(await admin.call('GET', `/tenant/users/${support.id}`)).toMatchObject({ status: 200, body: { data: { email: support.email } } });
    expect((await support.call('GET', '/tenant/users')).status).toBe(403);

    expect(await admin.call('PATCH', `/tenant/users/${support.id}`, { role: 'auditor' })).toMatchObject({
      status: 200,
      body: { data: { role: 'auditor', role_name: 'Auditor' } },
    });
    await sleep(SECOND);
    // An auditor sees what a support agent does not: the session that was opened with less is over (AUT-08).
    expect((await support.call('GET', '/tenant/users')).status).toBe(401);
    const auditor = await api.signIn(support, ctx.tenantId);
    expect((await auditor.call('GET', '/tenant/users')).status).toBe(200);
    expect((await auditor.call('PATCH', `/tenant/users/${admin.id}`, { role: 'member' })).status).toBe(403);

    expect(await admin.call('POST', `/tenant/users/${support.id}/suspend`)).toMatchObject({
      status: 200,
      body: { data: { status: 'suspended', suspended_at: expect.any(String) } },
    });
    await sleep(SECOND);
    expect((await support.call('GET', '/tenant/users')).status).toBe(401);
    expect(await admin.call('POST', `/tenant/users/${support.id}/suspend`)).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
    expect((await admin.call('POST', `/tenant/users/${support.id}/restore`)).body.data).toMatchObject({
      status: 'active',
      suspended_at: null,
    });
    expect((await admin.call('POST', `/tenant/users/${support.id}/restore`)).status).toBe(409);
    expect((await support.call('GET', '/tenant/users')).status).toBe(401); // the session ended, a new one is needed
    const again = await api.signIn(support, ctx.tenantId);
    expect((await again.call('GET', '/tenant/users')).status).toBe(200);
    expect((await admin.call('DELETE', `/tenant/users/${support.id}`)).status).toBe(200);
    await sleep(SECOND);
    expect((await again.call('GET', '/tenant/users')).status).toBe(401);
    expect((await admin.call('GET', `/tenant/users/${support.id}`)).status).toBe(404);
  });

  it('are signed out, in this tenant alone (AUT-09)', async () => {
    const [ctx, other] = [await openTenant(api.uow), await openTenant(api.uow)];
    const [admin, auditor] = [await api.person(ctx, 'tenant_admin'), await api.person(ctx, 'auditor')];
    await api.ask('insert into tenant_user (tenant_id, user_id, role) values ($1, $2, $3)', [other.tenantId, auditor.id, 'auditor']);
    const elsewhere = await api.signIn(auditor, other.tenantId);
    expect(await admin.call('POST', `/tenant/users/${auditor.id}/sign-out`)).toMatchObject({
      status: 200,
      body: { data: { sessions: 1 } },
    });
    await sleep(SECOND);
    expect((await auditor.call('GET', '/tenant/users')).status).toBe(401);
    expect((await elsewhere.call('GET', '/tenant/users')).status).toBe(200);
  });

  it('are nobody to another tenant (AZN-01)', async () => {
    const [admin, stranger] = [
      await api.person(await openTenant(api.uow), 'tenant_admin'),
      await api.person(await openTenant(api.uow), 'tenant_admin'),
    ];
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { role: 'member' }],
      ['POST', '/suspend'],
      ['POST', '/restore'],
      ['POST', '/sign-out'],
      ['DELETE', ''],
    ] as const) {
      for (const id of [admin.id, newId(), 'no-uuid']) {
        const { status, body: said } = await stranger.call(method, `/tenant/users/${id}${path}`, body);
        expect([method, path, id, status, said.code]).toEqual([method, path, id, 404, 'not_found']);
      }
    }
    const { body } = await stranger.call<UserDto[]>('GET', '/tenant/users');
    expect(body.data.map(({ id }) => id)).toEqual([stranger.id]);
    expect((await admin.call('GET', '/tenant/users')).body.data).toHaveLength(1);
  });

  it('keep an admin, and are asked for with known fields alone', async () => {
    const ctx = await openTenant(api.uow);
    const admin = await api.person(ctx, 'tenant_admin');
    for (const [method, path, body] of [
      ['PATCH', '', { role: 'member' }],
      ['POST', '/suspend'],
      ['DELETE', ''],
    ] as const) {
      expect(await admin.call(method, `/tenant/users/${admin.id}${path}`, body)).toMatchObject({
        status: 409,
        body: { code: 'last_admin' },
      });
    }
    const other = await api.person(ctx, 'member');
    for (const body of [{}, { role: '' }, { role: 'nobody' }, { role: 'super_admin' }, { role: 'support', status: 'active' }]) {
      expect(await admin.call('PATCH', `/tenant/users/${other.id}`, body)).toMatchObject({
        status: 400,
        body: { code: 'validation_error' },
      });
    }
    expect((await admin.call('GET', '/tenant/users?status=gone')).status).toBe(400);
    expect((await admin.call('GET', '/tenant/users?colour=red')).status).toBe(400);
    const key = { 'idempotency-key': newId() };
    const first = await admin.call('PATCH', `/tenant/users/${other.id}`, { role: 'support' }, key);
    const repeated = await admin.call('PATCH', `/tenant/users/${other.id}`, { role: 'support' }, key);
    expect(repeated.headers['idempotent-replayed']).toBe('true');
    expect(repeated.body).toEqual(first.body);
  });
});
