import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@tallystick/kernel';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openPerson, openTenant } from '../../../../test/support/identity.js';
import type { OpenedOrganizationDto, TenantDto } from './tenant.dto.js';

let api: AdminApi;
let staff: AdminCaller;
beforeAll(async () => {
  api = await startAdminApi();
  staff = await api.person(null, 'internal_staff');
});
afterAll(() => api?.close());

const slug = (): string => `b-${newId().slice(-12)}`;
const bank = (given: object = {}) => ({ name: 'Union Bank', slug: slug(), timezone: 'Asia/Kolkata', currency: 'INR', ...given });
const open = (given: object = {}, headers = {}, by = staff) => by.call<OpenedOrganizationDto>('POST', '/tenants', bank(given), headers);
const change = (id: string, body: object, by = staff) => by.call<TenantDto>('PATCH', `/tenants/${id}`, body);
const read = (id: string, by = staff) => by.call<TenantDto>('GET', `/tenants/${id}`);
const list = (query = '', by = staff) => by.call<TenantDto[]>('GET', `/tenants${query}`);
const suspend = (id: string, by = staff, headers = {}) =>
  by.call<TenantDto>('POST', `/tenants/${id}/suspend`, { reason: 'Contract ended' }, headers);
const restore = (id: string, by = staff) => by.call<TenantDto>('POST', `/tenants/${id}/restore`);
const acts = (id: string) =>
  api.ask<{ act: string; actor_id: string; before: object | null; after: object | null }>(
    'select act, actor_id, before, after from platform_audit_record where target_id = $1 order by number',
    [id],
  );
const invitations = (tenantId: string) =>
  api.ask<{ email: string; role: string; invited_by: string }>(
    'select email, role, invited_by from invitation where tenant_id = $1 order by created_at',
    [tenantId],
  );

describe('admitting an organization', () => {
  it('opens its live tenant and the sandbox twin, with what they are given, and records it once', async () => {
    const given = bank({ legal_name: 'Union Bank Limited', points_label: 'stars', mfa_required_roles: ['tenant_admin', 'manager'] });
    const { status, body } = await staff.call<OpenedOrganizationDto>('POST', '/tenants', given);
    expect(status).toBe(201);
    const { organization, live, sandbox } = body.data;
    const common = {
      organization: { id: organization.id, name: 'Union Bank' },
      name: 'Union Bank',
      legal_name: 'Union Bank Limited',
      status: 'active',
      timezone: 'Asia/Kolkata',
      currency: 'INR',
      points_label: 'stars',
      mfa_required_roles: ['tenant_admin', 'manager'],
      suspended_at: null,
      suspension_reason: null,
    };
    expect(live).toMatchObject({ ...common, slug: given.slug, mode: 'live' });
    expect(sandbox).toMatchObject({ ...common, slug: `${given.slug}-sandbox`, mode: 'sandbox' });
    expect((await read(live.id)).body.data).toEqual(live);
    expect(await acts(organization.id)).toEqual([
      expect.objectContaining({
        act: 'organization.opened',
        actor_id: staff.id,
        before: null,
        after: expect.objectContaining({ slug: given.slug }),
      }),
    ]);
    expect(await invitations(live.id)).toEqual([]);
  });

  it('asks admins for a second factor when nothing else is said', async () => {
    expect((await open()).body.data.live).toMatchObject({ mfa_required_roles: ['tenant_admin'], points_label: 'points', legal_name: null });
  });

  it('invites the first admin into both, and finishes on a repeat what was cut off', async () => {
    const [admin, headers] = [{ email: 'Admin@union.example', full_name: 'Asha Rao' }, { 'idempotency-key': newId() }];
    const given = { slug: slug(), admin };
    const { live, sandbox } = (await open(given, headers)).body.data;
    const invited = [{ email: 'admin@union.example', role: 'tenant_admin', invited_by: staff.id }];
    expect([await invitations(live.id), await invitations(sandbox.id)]).toEqual([invited, invited]);
    expect(await api.mailTo('admin@union.example')).toMatchObject({ place: 'Union Bank', inviter: 'Asha Rao' });
    await api.ask('delete from invitation where tenant_id = $1', [sandbox.id]);
    const again = await open(given, headers);
    expect([again.status, again.headers['idempotent-replayed'], again.body.data.live.id]).toEqual([201, 'true', live.id]);
    expect([await invitations(live.id), await invitations(sandbox.id)]).toEqual([invited, invited]);
  });

  it('happens once under a key, however often it is asked', async () => {
    const [given, headers] = [{ slug: slug() }, { 'idempotency-key': newId() }];
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(given, headers)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([201, ...answers.map(({ status }) => status).filter((s) => s === 409)]),
    );
    expect((await list(`?search=${given.slug}`)).body.meta.pagination.total).toBe(2);
    expect(await open({ slug: slug() }, headers)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('gives a slug to one of many who ask for it at once, and leaves nothing of the others', async () => {
    const given = { slug: slug(), name: `Race ${newId()}` };
    const answers = await Promise.all(Array.from({ length: 6 }, () => open(given)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect([body.code, Object.keys(body.errors)]).toEqual(['duplicate', ['slug']]);
    const [{ n }] = (await api.ask<{ n: number }>('select count(*)::int as n from organization where name = $1', [given.name])) as [
      { n: number },
    ];
    expect(n).toBe(1);
  });

  it('is refused where the twin has no slug of its own', async () => {
    const taken = slug();
    await open({ slug: `${taken}-sandbox`.slice(0, 55) });
    expect(await open({ slug: taken })).toMatchObject({ status: 409, body: { code: 'duplicate' } });
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ slug: 'Bank' }, 'slug'],
    [{ slug: '-bank' }, 'slug'],
    [{ slug: 'x'.repeat(56) }, 'slug'],
    [{ timezone: 'Asia/Nowhere' }, 'timezone'],
    [{ timezone: '+05:30' }, 'timezone'],
    [{ currency: 'XXZ' }, 'currency'],
    [{ mfa_required_roles: ['king'] }, 'mfa_required_roles'],
    [{ admin: { email: 'nobody' } }, 'admin.email'],
    [{ status: 'active' }, 'status'],
    [{ id: newId() }, 'id'],
  ])('refuses %j', async (given, name) => {
    const { status, body } = await open(given);
    expect([status, body.code, Object.keys(body.errors)]).toEqual([400, 'validation_error', [name]]);
  });
});

describe('the list of tenants', () => {
  it('is walked by pages, filtered and ordered', async () => {
    const word = newId().slice(-10);
    for (const name of ['C', 'A', 'B']) await open({ name: `${name} ${word}`, legal_name: `L%${word}` });
    const names = ({ body }: Awaited<ReturnType<typeof list>>) => body.data.map(({ name, mode }) => `${name[0]} ${mode}`);
    const ordered = await list(`?search=${word}&mode=live&ordering=name`);
    expect(names(ordered)).toEqual(['A live', 'B live', 'C live']);
    expect(ordered.body.meta.pagination).toMatchObject({ page: 1, total: 3, has_next: false });
    expect(names(await list(`?search=${word}&mode=sandbox&ordering=-name&page_size=2`))).toEqual(['C sandbox', 'B sandbox']);
    expect(names(await list(`?search=${word}&mode=sandbox&ordering=-name&page_size=2&page=2`))).toEqual(['A sandbox']);
    expect((await list(`?search=${word}&page=9`)).body).toMatchObject({ data: [], meta: { pagination: { total: 6 } } });
    expect((await list(`?search=L%25${word}&page_size=1`)).body.meta.pagination.total).toBe(6);
    expect((await list(`?search=%25${word}%25x`)).body.meta.pagination.total).toBe(0);
    await suspend(ordered.body.data[0]!.id);
    expect(names(await list(`?search=${word}&status=suspended`))).toEqual(['A live']);
    expect((await list()).body.data[0]!.created_at >= (await list('?ordering=created_at')).body.data[0]!.created_at).toBe(true);
  });

  it.each(['?status=closed', '?mode=test', '?ordering=id', '?page_size=101', '?tenant=x'])('refuses %s', async (query) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { code: 'validation_error' } });
  });
});

describe('changing a tenant', () => {
  it('changes what is given and records what was before, once', async () => {
    const { live } = (await open()).body.data;
    const changes = {
      name: 'United Bank',
      legal_name: 'United Bank Limited',
      timezone: 'Asia/Dubai',
      points_label: 'stars',
      mfa_required_roles: [],
    };
    expect((await change(live.id, changes)).body.data).toEqual({ ...live, ...changes });
    await change(live.id, changes);
    await change(live.id, {});
    expect((await change(live.id, { legal_name: null })).body.data.legal_name).toBeNull();
    expect(await acts(live.id)).toEqual([
      expect.objectContaining({
        act: 'tenant.changed',
        before: {
          name: 'Union Bank',
          legalName: null,
          timezone: 'Asia/Kolkata',
          pointsLabel: 'points',
          mfaRequiredRoles: ['tenant_admin'],
        },
        after: {
          name: 'United Bank',
          legalName: 'United Bank Limited',
          timezone: 'Asia/Dubai',
          pointsLabel: 'stars',
          mfaRequiredRoles: [],
        },
      }),
      expect.objectContaining({ before: { legalName: 'United Bank Limited' }, after: { legalName: null } }),
    ]);
  });

  it.each([{ slug: 'x' }, { mode: 'live' }, { currency: 'USD' }, { status: 'suspended' }, { timezone: 'Asia/Nowhere' }, { name: null }])(
    'refuses %j',
    async (body) => {
      const { live } = (await open()).body.data;
      expect(await change(live.id, body)).toMatchObject({
        status: 400,
        body: { code: 'validation_error', errors: { [Object.keys(body)[0]!]: [expect.any(String)] } },
      });
      expect((await read(live.id)).body.data).toEqual(live);
    },
  );
});

describe('a suspended tenant', () => {
  it('lets nobody in within a second, whatever they hold, until it is restored; its twin goes on (OAU-05)', async () => {
    const { live, sandbox } = (await open({ mfa_required_roles: [] })).body.data;
    const contextOf = (tenantId: string) =>
      ({ tenantId, actor: { type: 'system', id: 'test' }, requestId: 'test-0001', clockOffsetMs: 0 }) as const;
    const admin = await api.person(contextOf(live.id), 'tenant_admin');
    const twin = await api.person(contextOf(sandbox.id), 'tenant_admin');
    const { email, password } = await openPerson(api.uow, contextOf(live.id), 'manager');
    const signIn = () => api.anonymous('POST', '/auth/token', { username: email, password });
    expect([(await admin.call('GET', '/tenant/branding')).status, (await signIn()).status]).toEqual([200, 200]);

    const { status, body } = await suspend(live.id);
    expect([status, body.data]).toEqual([
      200,
      { ...live, status: 'suspended', suspended_at: expect.any(String), suspension_reason: 'Contract ended' },
    ]);
    await sleep(900);
    expect(await admin.call('GET', '/tenant/branding')).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    expect((await signIn()).status).toBe(401);
    expect((await twin.call('GET', '/tenant/branding')).status).toBe(200);
    expect((await staff.call('POST', `/tenants/${live.id}/admin-invitations`, { email: 'a@b.example' })).status).toBe(409);

    expect((await restore(live.id)).body.data).toEqual(live);
    await sleep(900);
    expect([(await admin.call('GET', '/tenant/branding')).status, (await signIn()).status]).toEqual([200, 200]);
    expect(await acts(live.id)).toEqual([
      expect.objectContaining({
        act: 'tenant.suspended',
        before: { status: 'active' },
        after: { status: 'suspended', reason: 'Contract ended' },
      }),
      expect.objectContaining({
        act: 'tenant.restored',
        before: { status: 'suspended', reason: 'Contract ended' },
        after: { status: 'active' },
      }),
    ]);
  });

  it('is suspended once and restored once, also by many at once', async () => {
    const { live } = (await open()).body.data;
    expect(await restore(live.id)).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
    const suspended = await Promise.all(Array.from({ length: 5 }, () => suspend(live.id)));
    expect(suspended.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    const restored = await Promise.all(Array.from({ length: 5 }, () => restore(live.id)));
    expect(restored.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await acts(live.id)).map(({ act }) => act)).toEqual(['tenant.suspended', 'tenant.restored']);
  });

  it('needs a reason', async () => {
    const { live } = (await open()).body.data;
    expect(await staff.call('POST', `/tenants/${live.id}/suspend`, {})).toMatchObject({
      status: 400,
      body: { errors: { reason: [expect.any(String)] } },
    });
  });
});

describe('the first admin', () => {
  const invite = (id: string, body: object, by = staff, headers = {}) => by.call('POST', `/tenants/${id}/admin-invitations`, body, headers);

  it('is invited by staff while a tenant has nobody, and the trail of the tenant says by whom', async () => {
    const { live } = (await open()).body.data;
    const { status, body } = await invite(live.id, { email: 'first@union.example' }, staff, { 'idempotency-key': 'first' });
    expect([status, body.data]).toEqual([201, { invitation_id: expect.any(String) }]);
    expect(await invitations(live.id)).toEqual([{ email: 'first@union.example', role: 'tenant_admin', invited_by: staff.id }]);
    expect(await api.ask('select actor_id, actor_type, act from audit_record where tenant_id = $1', [live.id])).toEqual([
      { actor_id: staff.id, actor_type: 'user', act: 'invitation.sent' },
    ]);
    expect((await invite(live.id, { email: 'first@union.example' }, staff, { 'idempotency-key': 'first' })).body).toEqual(body);
    expect(await invite(live.id, { email: 'first@union.example' })).toMatchObject({ status: 409, body: { code: 'duplicate' } });
  });

  it('is not invited by staff into a tenant that has people', async () => {
    const ctx = await openTenant(api.uow);
    await api.person(ctx, 'tenant_admin');
    expect(await invite(ctx.tenantId, { email: 'second@union.example' })).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
    expect(await invitations(ctx.tenantId)).toEqual([]);
    expect((await invite(newId(), { email: 'second@union.example' })).status).toBe(404);
  });
});

describe('tenants are closed to', () => {
  const calls = (id: string): [string, string, object?][] => [
    ['GET', '/tenants'],
    ['GET', `/tenants/${id}`],
    ['POST', '/tenants', bank()],
    ['PATCH', `/tenants/${id}`, { name: 'Mine' }],
    ['POST', `/tenants/${id}/suspend`, { reason: 'x' }],
    ['POST', `/tenants/${id}/restore`],
    ['POST', `/tenants/${id}/admin-invitations`, { email: 'a@b.example' }],
  ];

  it('everybody but staff of the platform: admins of the tenant itself, and nobody', async () => {
    const { live } = (await open()).body.data;
    const admin = await api.person(
      { tenantId: live.id, actor: { type: 'system', id: 't' }, requestId: 'test-0001', clockOffsetMs: 0 },
      'tenant_admin',
    );
    for (const [method, path, body] of calls(live.id)) {
      expect([path, (await admin.call(method, path, body)).status]).toEqual([path, 403]);
      expect([path, (await api.anonymous(method, path, body)).status]).toEqual([path, 401]);
    }
    expect((await read(live.id)).body.data).toEqual(live);
  });

  it('a person of the platform who was suspended', async () => {
    const former = await api.person(null, 'internal_staff');
    const { live } = (await open()).body.data;
    expect((await read(live.id, former)).status).toBe(200);
    await api.ask(`update platform_role set status = 'suspended', suspended_at = now() where user_id = $1`, [former.id]);
    await sleep(900);
    for (const [method, path, body] of calls(live.id)) expect([path, (await former.call(method, path, body)).status]).toEqual([path, 401]);
  });

  it.each(['GET', 'PATCH'])('an id that names none: %s', async (method) => {
    for (const id of [newId(), 'x']) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      expect(await staff.call(method, `/tenants/${id}`, body)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await suspend(newId())).status).toBe(404);
    expect((await restore(newId())).status).toBe(404);
  });
});
