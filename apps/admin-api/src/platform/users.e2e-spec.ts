import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, requestContext } from '@tallystick/kernel';
import { MfaFactors, type AcceptedInvitationDto, type InvitationDto } from '@tallystick/identity';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import type { PlatformUserDto } from './user.dto.js';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api?.close());

const PASSWORD = 'plum gravel otter viola';
const address = (): string => `${randomBytes(6).toString('hex')}@tallystick.example`;
const tokenFor = async (email: string): Promise<string> => String((await api.mailTo(email))?.link).split('=')[1]!;
const SUPER_ADMINS = `select count(*)::int as n from platform_role where role = 'super_admin' and status = 'active'`;

describe('the people of the platform', () => {
  it('lose a second factor that nobody has any more by a super admin alone, who says why (AUT-14)', async () => {
    const [boss, staff, ctx] = [await api.person(null, 'super_admin'), await api.person(null, 'internal_staff'), await openTenant(api.uow)];
    const asha = await api.person(ctx, 'tenant_admin');
    const person = requestContext({ tenantId: null, actor: { type: 'user', id: asha.id }, requestId: newId() } as const);
    await api.uow.platform(person, (tx) => api.app.nest.get(MfaFactors, { strict: false }).enable(tx, asha.id, Buffer.alloc(20, 7)));
    const reset = (who: typeof boss, id: string) => who.call('POST', `/platform/users/${id}/reset-mfa`, { reason: 'Called back.' });
    expect((await reset(staff, asha.id)).status).toBe(403);
    expect((await reset(asha, asha.id)).status).toBe(403);
    expect(await reset(boss, boss.id)).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
    expect((await reset(boss, newId())).status).toBe(404);
    expect((await reset(boss, asha.id)).status).toBe(200);
    expect(await reset(boss, asha.id)).toMatchObject({ status: 409, body: { code: 'mfa_not_enabled' } });
    expect(await api.ask('select secret from mfa_factor where user_id = $1', [asha.id])).toEqual([{ secret: null }]);
    expect(await api.ask('select * from mfa_recovery_code where user_id = $1', [asha.id])).toEqual([]);
    expect(await api.mailTo(asha.email)).toMatchObject({ name: 'Asha Rao' });
    expect(await api.ask(`select after from platform_audit_record where act = 'mfa.reset' and target_id = $1`, [asha.id])).toEqual([
      { after: { reason: 'Called back.', sessions: 1 } },
    ]);
    await sleep(1_000);
    expect((await asha.call('GET', '/tenant/users')).status).toBe(401);
  });

  it('are invited, promoted, suspended and restored by a super admin, within a second', async () => {
    const boss = await api.person(null, 'super_admin');
    const email = address();
    const sent = await boss.call<InvitationDto>('POST', '/platform/invitations', {
      email,
      role: 'internal_staff',
      full_name: 'Meera Iyer',
    });
    expect(sent).toMatchObject({
      status: 201,
      body: { data: { email, role: 'internal_staff', status: 'pending', invited_by: { id: boss.id } } },
    });
    expect(await api.mailTo(email)).toMatchObject({ place: 'Tallystick', role: 'staff' });
    const token = await tokenFor(email);
    const done = await api.anonymous<AcceptedInvitationDto>('POST', '/auth/invitations/accept', { token, password: PASSWORD });
    expect(done).toMatchObject({ status: 200, body: { data: { email, role: 'internal_staff', tenant: null, account_created: true } } });
    const [staff] = (await boss.call<PlatformUserDto[]>('GET', `/platform/users?search=${email}`)).body.data;
    expect(staff).toMatchObject({ email, full_name: 'Meera Iyer', role: 'internal_staff', status: 'active', mfa_enabled: false });
    expect((await boss.call<PlatformUserDto>('GET', `/platform/users/${staff!.id}`)).body.data).toEqual(staff);
    const meera = await api.signIn(staff!, null);
    expect((await meera.call('GET', '/platform/users')).status).toBe(200);
    expect((await meera.call('PATCH', `/platform/users/${boss.id}`, { role: 'internal_staff' })).status).toBe(403);
    expect((await meera.call('POST', '/platform/invitations', { email: address(), role: 'super_admin' })).status).toBe(403);
    expect(await boss.call('PATCH', `/platform/users/${staff!.id}`, { role: 'super_admin' })).toMatchObject({
      status: 200,
      body: { data: { role: 'super_admin' } },
    });
    await sleep(1_000);
    expect((await meera.call('GET', '/platform/users')).status).toBe(401); // who rises signs in anew
    const risen = await api.signIn(staff!, null);
    const pending = await risen.call<InvitationDto>('POST', '/platform/invitations', { email: address(), role: 'super_admin' });
    expect(await boss.call('POST', `/platform/users/${staff!.id}/suspend`)).toMatchObject({
      status: 200,
      body: { data: { status: 'suspended' } },
    });
    expect((await boss.call('POST', `/platform/users/${staff!.id}/suspend`)).status).toBe(409);
    await sleep(1_000);
    expect((await risen.call('GET', '/platform/users')).status).toBe(401);
    expect((await boss.call<InvitationDto>('GET', `/platform/invitations/${pending.body.data.id}`)).body.data.status).toBe('revoked');
    expect(await boss.call('POST', `/platform/users/${staff!.id}/restore`)).toMatchObject({
      status: 200,
      body: { data: { status: 'active', suspended_at: null } },
    });
    expect((await boss.call('POST', `/platform/users/${staff!.id}/restore`)).status).toBe(409);
    expect(await boss.call('POST', '/platform/invitations', { email, role: 'super_admin' })).toMatchObject({
      status: 409,
      body: { code: 'duplicate' },
    });
    const acts = await api.ask('select act from platform_audit_record where target_id = $1 order by number', [staff!.id]);
    expect(acts.map(({ act }) => act)).toEqual(['platform_user.role_changed', 'platform_user.suspended', 'platform_user.restored']);
    await boss.call('POST', `/platform/users/${staff!.id}/suspend`);
  });

  it('keep a super admin, also when they demote each other at the same moment', async () => {
    await api.ask(`update platform_role set role = 'internal_staff'`);
    const [one, two] = [await api.person(null, 'super_admin'), await api.person(null, 'super_admin')];
    const said = await Promise.all([
      one.call('PATCH', `/platform/users/${two.id}`, { role: 'internal_staff' }),
      two.call('PATCH', `/platform/users/${one.id}`, { role: 'internal_staff' }),
      one.call('POST', `/platform/users/${one.id}/suspend`),
      two.call('POST', `/platform/users/${two.id}/suspend`),
    ]);
    expect(await api.ask(SUPER_ADMINS)).toEqual([{ n: 1 }]);
    expect(said.some(({ status }) => status === 200)).toBe(true);
    for (const { status, body } of said)
      if (status !== 200) expect(['last_admin', 'permission_denied', 'authentication_failed', 'invalid_state']).toContain(body.code);
  });

  it('are looked after outside tenants alone', async () => {
    const admin = await api.person(await openTenant(api.uow), 'tenant_admin');
    const boss = await api.person(null, 'super_admin');
    for (const [method, path, body] of [
      ['GET', '/platform/users'],
      ['GET', `/platform/users/${boss.id}`],
      ['PATCH', `/platform/users/${boss.id}`, { role: 'internal_staff' }],
      ['POST', `/platform/users/${boss.id}/suspend`],
      ['POST', `/platform/users/${boss.id}/restore`],
      ['GET', '/platform/invitations'],
      ['POST', '/platform/invitations', { email: address(), role: 'super_admin' }],
    ] as const) {
      expect([path, (await admin.call(method, path, body)).status]).toEqual([path, 403]);
      expect([path, (await api.anonymous(method, path, body)).status]).toEqual([path, 401]);
    }
    expect((await boss.call('GET', '/tenant/users')).status).toBe(403);
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { role: 'internal_staff' }],
      ['POST', '/suspend'],
      ['POST', '/restore'],
    ] as const)
      expect([path, (await boss.call(method, `/platform/users/${newId()}${path}`, body)).status]).toEqual([path, 404]);
    expect((await boss.call('PATCH', `/platform/users/${boss.id}`, { role: 'tenant_admin' })).status).toBe(400);
  });
});

describe('an invitation to the platform', () => {
  it('is listed, sent again and taken back', async () => {
    const boss = await api.person(null, 'super_admin');
    const email = address();
    const { id } = (await boss.call<InvitationDto>('POST', '/platform/invitations', { email, role: 'internal_staff' })).body.data;
    const token = await tokenFor(email);
    expect((await boss.call<InvitationDto[]>('GET', `/platform/invitations?search=${email}`)).body.data).toEqual([
      expect.objectContaining({ id }),
    ]);
    expect((await boss.call('POST', `/platform/invitations/${id}/resend`)).status).toBe(429);
    await api.ask(`update platform_invitation set sent_at = now() - interval '2 minutes' where id = $1`, [id]);
    expect((await boss.call('POST', `/platform/invitations/${id}/resend`)).status).toBe(200);
    expect((await api.anonymous('POST', '/auth/invitations/lookup', { token })).body.code).toBe('invitation_invalid');
    expect((await boss.call('POST', `/platform/invitations/${id}/revoke`)).status).toBe(200);
    expect((await boss.call('POST', `/platform/invitations/${id}/revoke`)).status).toBe(409);
    expect((await boss.call('POST', `/platform/invitations/${newId()}/revoke`)).status).toBe(404);
    expect((await boss.call('GET', `/platform/invitations/${newId()}`)).status).toBe(404);
    expect((await boss.call('POST', `/platform/invitations/${newId()}/resend`)).status).toBe(404);
    expect((await api.anonymous('POST', '/auth/invitations/lookup', { token: await tokenFor(email) })).status).toBe(400);
  });

  it('needs a super admin in the schema too: nobody else makes one, or gives a role without one', async () => {
    const staff = await api.person(null, 'internal_staff');
    const boss = await api.person(null, 'super_admin');
    const as = (id: string, sql: string, parameters: unknown[] = []) =>
      api.uow.platform(requestContext({ tenantId: null, actor: { type: 'user' as const, id }, requestId: 'test-0001' }), (tx) =>
        tx.query(sql, parameters),
      );
    const inviting = `insert into platform_invitation (id, email, role, token_hash, expires_at) values ($1, $2, 'super_admin', $3, now())`;
    await expect(as(staff.id, inviting, [newId(), address(), randomBytes(32)])).rejects.toThrow(/row-level security/);
    await as(boss.id, inviting, [newId(), address(), randomBytes(32)]);
    const stranger = await api.person(await openTenant(api.uow), 'member');
    const granting = `insert into platform_role (user_id, role) values ($1, 'super_admin')`;
    for (const id of [stranger.id, boss.id]) await expect(as(id, granting, [stranger.id])).rejects.toThrow(/row-level security/);
    const raising = `update platform_role set role = 'super_admin' where user_id = $1 returning 1`;
    expect(await as(staff.id, raising, [staff.id])).toEqual([]);
    await expect(as(boss.id, 'delete from platform_role')).rejects.toThrow(/permission denied/);
    await expect(as(boss.id, 'update platform_role set user_id = $1', [stranger.id])).rejects.toThrow(/permission denied/);
  });
});
