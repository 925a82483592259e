import { randomUUID } from 'node:crypto';
import { requestContext } from '@tallystick/kernel';
import { approveNetwork, openKeyRoom, type Call, type KeyRoom } from '../../../../test/support/api-keys.js';

interface Entry {
  id: string;
  cidr: string;
  status: string;
  warning: string | null;
  caller_address: string | null;
  tenant: { id: string; slug: string };
  requested_by: string;
}

let room: KeyRoom;
let staff: Call;
beforeAll(async () => {
  room = await openKeyRoom();
  staff = (await room.openStaff()).call;
});
afterAll(() => room?.close());

const NETWORK = { cidr: '203.0.113.0/24', label: 'Data center', justification: 'Our servers call from there.' };
const ask = (bank: Call, given: object = {}, from?: string) =>
  bank<Entry>('POST', '/tenant/network-allowlist', { body: { ...NETWORK, ...given }, from });

describe('a network of a tenant', () => {
  it('is asked for, seen and approved by the platform, and removed again, each recorded once (AUD-01)', async () => {
    const { ctx, userId, call } = await room.openBank();
    const asked = await ask(call, { cidr: '::ffff:203.0.113.0/120' });
    expect([asked.status, asked.body.data]).toMatchObject([201, { cidr: '203.0.113.0/24', status: 'requested' }]);
    const { id } = asked.body.data;

    const waiting = await staff<Entry[]>('GET', '/network-allowlists?status=requested&page_size=100');
    expect(waiting.body.data.find((entry) => entry.id === id)).toMatchObject({ tenant: { id: ctx.tenantId }, requested_by: userId });

    const approved = await staff<Entry>('POST', `/network-allowlists/${id}/approve`, { body: { reason: 'Checked.' } });
    expect([approved.status, approved.body.data]).toMatchObject([200, { status: 'approved', decision_reason: 'Checked.' }]);
    expect((await call('GET', `/tenant/network-allowlist/${id}`)).body.data).toMatchObject({ status: 'approved' });
    expect((await staff('POST', `/network-allowlists/${id}/reject`, { body: { reason: 'No.' } })).body.code).toBe('invalid_state');

    expect((await call('DELETE', `/tenant/network-allowlist/${id}`)).status).toBe(200);
    expect((await call('DELETE', `/tenant/network-allowlist/${id}`)).body.code).toBe('invalid_state');
    const list = await call<Entry[]>('GET', '/tenant/network-allowlist?status=removed');
    expect([list.body.meta.pagination.total, list.body.data[0]]).toMatchObject([1, { id, status: 'removed' }]);
    expect((await room.acts(ctx.tenantId)).map(({ act, target_id }) => [act, target_id])).toEqual([
      ['network.requested', id],
      ['network.approved', id],
      ['network.removed', id],
    ]);
  });

  it('is rejected with a reason, and may be asked for again', async () => {
    const { ctx, call } = await room.openBank();
    const { id } = (await ask(call)).body.data;
    expect((await staff('POST', `/network-allowlists/${id}/reject`, { body: {} })).status).toBe(400);
    const rejected = await staff<Entry>('POST', `/network-allowlists/${id}/reject`, { body: { reason: 'A public cloud.' } });
    expect(rejected.body.data).toMatchObject({ status: 'rejected', decision_reason: 'A public cloud.' });
    expect((await call('DELETE', `/tenant/network-allowlist/${id}`)).body.code).toBe('invalid_state');
    expect((await ask(call)).status).toBe(201);
    expect((await ask(call)).body.code).toBe('duplicate');
    expect((await room.acts(ctx.tenantId)).map(({ act }) => act)).toEqual(['network.requested', 'network.rejected', 'network.requested']);
  });

  it('warns who asks from outside of it (C10.6)', async () => {
    const { call } = await room.openBank();
    const inside = await ask(call, { cidr: '198.51.100.0/24' }, '::ffff:198.51.100.20');
    expect(inside.body.data.warning).toBeNull();
    const outside = await ask(call, { cidr: '192.0.2.0/24' }, '198.51.100.20');
    expect(outside.body.data).toMatchObject({ caller_address: '198.51.100.20', warning: expect.stringContaining('198.51.100.20') });
  });

  it.each([
    [{ cidr: '0.0.0.0/0' }, 'cidr'],
    [{ cidr: '::/0' }, 'cidr'],
    [{ cidr: '10.0.0.0/7' }, 'cidr'],
    [{ cidr: '203.0.113.7/24' }, 'cidr'],
    [{ cidr: 'bank.example' }, 'cidr'],
    [{ cidr: 7 }, 'cidr'],
    [{ label: '' }, 'label'],
    [{ justification: 'x'.repeat(1_001) }, 'justification'],
    [{ status: 'approved' }, 'status'],
  ])('is refused as %j, naming %s', async (given, field) => {
    const { call } = await room.openBank();
    const { status, body } = await ask(call, given);
    expect([status, body.code, Object.keys(body.errors)]).toEqual([400, 'validation_error', [field]]);
  });

  it('keeps to its tenant and to who may (AZN-01, AZN-02)', async () => {
    const { ctx, call } = await room.openBank();
    const { id } = (await ask(call)).body.data;
    const stranger = await room.openBank();
    for (const method of ['GET', 'DELETE']) expect((await stranger.call(method, `/tenant/network-allowlist/${id}`)).status).toBe(404);
    expect((await stranger.call('GET', '/tenant/network-allowlist')).body.data).toEqual([]);
    for (const role of ['manager', 'auditor', 'support', 'member'] as const)
      expect([role, (await ask((await room.openBank(role)).call)).status]).toEqual([role, 403]);
    expect((await call('POST', `/network-allowlists/${id}/approve`, { body: {} })).status).toBe(403);
    expect((await call('GET', '/network-allowlists')).status).toBe(403);
    expect((await ask(staff)).status).toBe(403);
    expect((await staff('POST', `/network-allowlists/${randomUUID()}/approve`, { body: {} })).status).toBe(404);
    expect((await room.acts(ctx.tenantId)).map(({ act }) => act)).toEqual(['network.requested']);
  });

  it('is not decided on by who belongs to the tenant, nor by who asked (AZN-10)', async () => {
    const { ctx, userId, call } = await room.openBank();
    const { id } = (await ask(call)).body.data;
    await room.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [userId]);
    const own = await room.as(userId, null);
    for (const decision of ['approve', 'reject'])
      expect((await own('POST', `/network-allowlists/${id}/${decision}`, { body: { reason: 'Fine.' } })).status).toBe(403);
    await room.query('delete from tenant_user where user_id = $1', [userId]);
    expect((await own('POST', `/network-allowlists/${id}/approve`, { body: {} })).status).toBe(403);
    await expect(
      room.query(`update network_allowlist set status = 'approved', decided_by = requested_by, decided_at = now() where id = $1`, [id]),
    ).rejects.toThrow(/check constraint/);
    expect((await room.acts(ctx.tenantId)).map(({ act }) => act)).toEqual(['network.requested']);
  });

  it('is decided once under an idempotency key, and asked for once', async () => {
    const { ctx, call } = await room.openBank();
    const headers = { 'idempotency-key': randomUUID() };
    const [one, two] = [
      await call<Entry>('POST', '/tenant/network-allowlist', { body: NETWORK, headers }),
      await call<Entry>('POST', '/tenant/network-allowlist', { body: NETWORK, headers }),
    ];
    expect([two.text, two.headers['idempotent-replayed']]).toEqual([one.text, 'true']);
    const path = `/network-allowlists/${one.body.data.id}/approve`;
    expect((await staff('POST', path, { body: {}, headers })).status).toBe(200);
    expect((await staff('POST', path, { body: {}, headers })).headers['idempotent-replayed']).toBe('true');
    expect((await room.acts(ctx.tenantId)).map(({ act }) => act)).toEqual(['network.requested', 'network.approved']);
  });

  it('is seen across tenants by people of the platform alone, also in the database (TEN-03)', async () => {
    const { ctx, userId, call } = await room.openBank();
    await approveNetwork(call, staff, '10.1.0.0/16');
    const count = async (id: string): Promise<number> => {
      const who = requestContext({ tenantId: null, actor: { type: 'user', id }, requestId: 'test-0001' } as const);
      const [row] = await room.uow.platform(who, (tx) =>
        tx.query<{ n: number }>('select count(*)::int as n from network_allowlist where tenant_id = $1', [ctx.tenantId]),
      );
      return row!.n;
    };
    expect(await count(userId)).toBe(0);
    expect(await count((await room.openStaff()).userId)).toBe(1);
    const change = requestContext({
      tenantId: null,
      actor: { type: 'user', id: (await room.openStaff()).userId },
      requestId: 'test-0001',
    } as const);
    const changed = await room.uow.platform(change, (tx) => tx.query(`update network_allowlist set label = 'x' returning id`));
    expect(changed).toEqual([]);
  });

  it('fits on a list of 100', async () => {
    const { ctx, userId, call } = await room.openBank();
    await room.query(
      `insert into network_allowlist (tenant_id, id, network, label, justification, requested_by)
       select $1, gen_random_uuid(), ('10.0.' || n || '.0/24')::cidr, 'x', 'x', $2 from generate_series(1, 100) as n`,
      [ctx.tenantId, userId],
    );
    expect((await ask(call)).body.code).toBe('network_allowlist_full');
  });
});
