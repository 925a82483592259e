import { randomUUID } from 'node:crypto';
import { approveNetwork, openKeyRoom, type Call, type KeyRoom } from '../../../../test/support/api-keys.js';

interface Shown {
  status: string;
  refresh_rate: number;
  contact: object;
  decision_reason: string | null;
  tenant: { id: string };
}

let room: KeyRoom;
let staff: Call;
beforeAll(async () => {
  room = await openKeyRoom();
  staff = (await room.openStaff()).call;
});
afterAll(() => room?.close());

const CONTACT = { name: 'Asha Rao', email: 'asha@bank.example', phone: '+525512345678' };
const ask = (bank: Call, given: object = {}) =>
  bank<Shown>('PUT', '/tenant/institution', { body: { country: 'MX', contact: CONTACT, ...given } });
const decide = (call: Call, tenantId: string, how: 'approve' | 'reject', body: object = { reason: 'Checked.' }) =>
  call<Shown>('POST', `/platform/institutions/${tenantId}/${how}`, { body });
const makeKey = (bank: Call, scopes: string[]) => bank('POST', '/tenant/self-api-keys', { body: { name: 'Core', scopes } });

describe('a tenant as a financial institution', () => {
  it('asks, is approved by the platform, and gets keys for cashback from then on', async () => {
    const { ctx, call } = await room.openBank();
    await approveNetwork(call, staff, '203.0.113.0/24');
    expect((await call('GET', '/tenant/institution')).status).toBe(404);
    expect((await makeKey(call, ['offers:read', 'cashback:read'])).body.code).toBe('institution_not_approved');
    const asked = await ask(call);
    expect([asked.status, asked.body.data]).toMatchObject([200, { status: 'pending', refresh_rate: 0, country: 'MX', contact: CONTACT }]);
    expect((await call('GET', '/tenant/institution')).body.data).toEqual(asked.body.data);
    expect((await makeKey(call, ['cashback:write'])).body.code).toBe('institution_not_approved');
    expect((await makeKey(call, ['offers:read'])).status).toBe(201);

    const waiting = await staff<Shown[]>('GET', '/platform/institutions?status=pending&page_size=100');
    expect(waiting.body.data.find(({ tenant }) => tenant.id === ctx.tenantId)).toMatchObject({ contact: CONTACT });
    expect((await decide(staff, ctx.tenantId, 'approve', {})).body.data).toMatchObject({ status: 'approved', decision_reason: null });
    expect((await decide(staff, ctx.tenantId, 'reject')).body.code).toBe('invalid_state');
    expect((await makeKey(call, ['cashback:read', 'cashback:write'])).status).toBe(201);

    const changed = await ask(call, { contact: { name: 'Ravi Rao', email: 'ravi@bank.example' }, refresh_rate: 1 });
    expect(changed.body.data).toMatchObject({ status: 'approved', refresh_rate: 1, contact: { name: 'Ravi Rao', phone: null } });
    expect((await ask(call)).body.data.refresh_rate).toBe(1);
    const acts = (await room.acts(ctx.tenantId)).filter(({ act }) => act.startsWith('institution.'));
    expect(acts.map(({ act }) => act)).toEqual([
      'institution.requested',
      'institution.approved',
      'institution.changed',
      'institution.changed',
    ]);
    const kept = await room.query('select contact from institution where tenant_id = $1', [ctx.tenantId]);
    expect(JSON.stringify([kept, acts])).not.toMatch(/Rao|bank\.example|5512345678/);
  });

  it('asks again once rejected', async () => {
    const { ctx, call } = await room.openBank();
    await ask(call);
    expect((await decide(staff, ctx.tenantId, 'reject', {})).status).toBe(400);
    expect((await decide(staff, ctx.tenantId, 'reject')).body.data).toMatchObject({ status: 'rejected', decision_reason: 'Checked.' });
    expect((await ask(call)).body.data).toMatchObject({ status: 'pending', decision_reason: null });
    expect((await decide(staff, ctx.tenantId, 'approve')).status).toBe(200);
  });

  it.each([
    [{ refresh_rate: 2 }, 'refresh_rate'],
    [{ refresh_rate: false }, 'refresh_rate'],
    [{ refresh_rate: '0' }, 'refresh_rate'],
    [{ country: 'Mexico' }, 'country'],
    [{ contact: { name: 'Asha Rao', email: 'asha' } }, 'contact.email'],
    [{ status: 'approved' }, 'status'],
  ])('is refused as %j, naming %s', async (given, field) => {
    const { call } = await room.openBank();
    const { status, body } = await ask(call, given);
    expect([status, Object.keys(body.errors)]).toEqual([400, [field]]);
  });

  it('is asked for by admins, and decided by staff that does not belong to it (AZN-10)', async () => {
    const { ctx, userId, call } = await room.openBank();
    await ask(call);
    for (const role of ['manager', 'support'] as const) expect((await ask((await room.openBank(role)).call)).status).toBe(403);
    expect((await decide(call, ctx.tenantId, 'approve')).status).toBe(403);
    expect((await call('GET', '/platform/institutions')).status).toBe(403);
    expect((await decide(staff, randomUUID(), 'approve')).status).toBe(404);
    await room.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [userId]);
    expect((await decide(await room.as(userId, null), ctx.tenantId, 'approve')).status).toBe(403);
    await room.query('delete from tenant_user where user_id = $1', [userId]);
    expect((await decide(await room.as(userId, null), ctx.tenantId, 'approve')).status).toBe(403);
  });
});
