import { requestContext, type TenantContext } from '@tallystick/kernel';
import {
  CreateMember,
  ForgetErased,
  MemberErasures,
  PostPoints,
  type ForgetOrder,
  type PointsFact,
  type PointsOutcome,
} from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCall } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, openProgram, redeemFact } from '../../../../test/support/loyalty.js';

interface Member {
  id: string;
  reference: string;
  status: string;
  full_name: string | null;
  email: string | null;
  attributes: Record<string, unknown>;
  merged_into: string | null;
  wallets: { balance: number; available: number }[];
}

let api: AdminApi;
let ctx: TenantContext;
let admin: AdminCall;
beforeAll(async () => {
  api = await startAdminApi();
  ctx = await openTenant(api.uow, { currency: 'USD' });
  await openProgram(api.uow, ctx, { expiry_policy: { type: 'rolling', days: 30 } });
  admin = (await api.person(ctx, 'tenant_admin')).call;
  await admin('POST', '/member-attributes', { code: 'pan', data_type: 'string', unique: true });
});
afterAll(() => api.close());

const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
const post = (...facts: PointsFact[]): Promise<PointsOutcome[]> =>
  api.uow.run(requestContext({ ...ctx, requestId: `post-${Math.random()}` }), (tx) => get(PostPoints).execute(tx, facts));
const posted = async (...facts: PointsFact[]) =>
  (await post(...facts)).map((outcome) => {
    if (!('shown' in outcome)) throw outcome.status === 'refused' ? outcome.refusal : new Error('parked');
    return outcome.shown;
  });
const enroll = async (reference: string, rest: object = {}): Promise<Member> =>
  (await admin<Member>('POST', '/members', { reference, ...rest })).body.data;
const read = async (id: string): Promise<Member> => (await admin<Member>('GET', `/members/${id}`)).body.data;
const lotsOf = (id: string) =>
  api.ask<{ remaining: string; expires_at: Date }>(
    `select l.remaining, l.expires_at from ledger_lot l join ledger_account a on a.tenant_id = l.tenant_id and a.id = l.account_id
     where a.owner_id = $1 and l.remaining > 0 order by l.expires_at, l.remaining`,
    [id],
  );

test('a merge moves points with their dates, what leads to the member, and what the other lacks; the old reference goes on', async () => {
  const old = await enroll('OLD-1', { full_name: 'Asha Rao', email: 'asha@example.com', attributes: { pan: 'OLDPD1234F' } });
  const into = await enroll('NEW-1', { email: 'new@example.com' });
  const soon = new Date(Date.now() + 5 * 86_400_000);
  const [, redeemed] = await posted(
    earnFact('OLD-1', 100, { expiresAt: soon }),
    redeemFact('OLD-1', 40),
    earnFact('OLD-1', 7),
    earnFact('NEW-1', 5),
  );
  await admin('POST', `/members/${old.id}/relations`, { kind: 'card', value: '4111111111111234' });
  await admin('POST', `/members/${old.id}/relations`, { kind: 'account', value: 'SHARED' });
  await admin('POST', `/members/${into.id}/relations`, { kind: 'account', value: 'shared' });
  const before = await lotsOf(old.id);
  expect((await admin('POST', `/members/${old.id}/merge`, { into: old.id })).status).toBe(400);
  const tries = await Promise.all([1, 2, 3].map(() => admin<Member>('POST', `/members/${old.id}/merge`, { into: into.id })));
  expect(tries.map(({ status }) => status).sort()).toEqual([200, 409, 409]);

  expect(await read(old.id)).toMatchObject({
    status: 'merged',
    merged_into: into.id,
    full_name: null,
    email: null,
    attributes: {},
    wallets: [{ balance: 0 }],
  });
  expect(await read(into.id)).toMatchObject({
    full_name: 'Asha Rao',
    email: 'new@example.com',
    attributes: { pan: 'OLDPD1234F' },
    wallets: [{ balance: 72, available: 72 }],
  });
  expect((await lotsOf(into.id)).map((lot) => [lot.remaining, lot.expires_at])).toEqual(
    expect.arrayContaining(before.map((lot) => [lot.remaining, lot.expires_at])),
  );
  const relations = await admin<{ kind: string }[]>('GET', `/members/${into.id}/relations`);
  expect(relations.body.data.map(({ kind }) => kind).sort()).toEqual(['account', 'card']);
  expect((await admin<Member[]>('POST', '/members/search', { attribute: { code: 'pan', value: 'OLDPD1234F' } })).body.data[0]!.id).toBe(
    into.id,
  );
  expect((await admin<Member>('GET', '/members/by-reference/OLD-1')).body.data.id).toBe(into.id);

  // Later facts under the old reference are the other's, and so is what a reversal of something from before gives back.
  const [later] = await posted(earnFact('OLD-1', 3));
  expect(later!.member_id).toBe(into.id);
  await posted({ kind: 'reverse', source: { channel: 'test', requestId: 'r' }, transactionId: redeemed!.id });
  expect([(await read(old.id)).wallets[0]!.balance, (await read(into.id)).wallets[0]!.balance]).toEqual([0, 115]);
  const survivor = await enroll('NEW-2');
  await admin('POST', `/members/${into.id}/merge`, { into: survivor.id });
  expect((await admin<Member>('GET', '/members/by-reference/OLD-1')).body.data).toMatchObject({
    id: survivor.id,
    wallets: [{ balance: 115 }],
  });
});

test('a merge waits for what is held, and loses no point that is posted beside it', async () => {
  const [old, into] = [await enroll('OLD-2'), await enroll('OLD-3')];
  await posted(earnFact('OLD-2', 10));
  const [held] = await posted({ kind: 'hold', source: { channel: 'test', requestId: 'h' }, member: { id: old.id }, points: 4 });
  const blocked = await admin('POST', `/members/${old.id}/merge`, { into: into.id });
  expect([blocked.body.code, Object.keys(blocked.body.errors)]).toEqual(['merge_blocked', ['held']]);
  await posted({ kind: 'release', source: { channel: 'test', requestId: 'h' }, holdId: held!.id });
  expect((await admin('POST', `/members/${old.id}/merge`, { into: into.id })).status).toBe(200);

  const [busy, goal] = [await enroll('BUSY-1'), await enroll('GOAL-1')];
  await posted(earnFact('BUSY-1', 1));
  const [merged] = await Promise.all([
    admin('POST', `/members/${busy.id}/merge`, { into: goal.id }),
    ...Array.from({ length: 12 }, () => posted(earnFact('BUSY-1', 1))),
  ]);
  expect(merged.status).toBe(200);
  expect([(await read(busy.id)).wallets[0]!.balance, (await read(goal.id)).wallets[0]!.balance]).toEqual([0, 13]);
});

test('an erasure waits thirty days, can be taken back, and is refused while something is open (C9.6)', async () => {
  const { id } = await enroll('ERASE-0');
  await posted(earnFact('ERASE-0', 9));
  expect(Object.keys((await admin('DELETE', `/members/${id}`)).body.errors)).toEqual(['balance']);
  const asked = await admin<{ erase_at: string; requested_at: string }>('DELETE', `/members/${id}?forfeit_points=true`);
  expect(asked.status).toBe(202);
  expect(Date.parse(asked.body.data.erase_at) - Date.parse(asked.body.data.requested_at)).toBe(30 * 86_400_000);
  expect((await admin('DELETE', `/members/${id}?forfeit_points=true`)).body.code).toBe('invalid_state');
  expect((await admin('POST', `/members/${id}/erasure/cancel`)).body.data).toMatchObject({ status: 'cancelled' });
  expect((await admin('POST', `/members/${id}/erasure/confirm`)).status).toBe(404);
  await admin('DELETE', `/members/${id}?forfeit_points=true`);
  const due = (days: number) =>
    api.uow.run(requestContext({ ...ctx, clockOffsetMs: days * 86_400_000 }), (tx) => get(MemberErasures).carryOutDue(tx, 10));
  expect([await due(29), (await read(id)).status]).toEqual([0, 'active']);
  expect([await due(30.1), (await read(id)).status]).toEqual([1, 'erased']);
  const support = (await api.person(ctx, 'support')).call;
  expect((await support('DELETE', `/members/${id}`)).status).toBe(403);
});

test('of who is erased nothing is left but a random id: not in any table, and no seal or sum changes (C11.9, PII-09)', async () => {
  const secrets = [
    'SECRET-REF-77',
    'Zebulon',
    'zebulon.quux',
    '9812398123',
    '1971-03-09',
    'ZEBPD1234F',
    '5500005555555559',
    'OLD-SECRET-REF',
    'WRITTEN-',
    'EKSECRET77',
  ];
  const person = {
    full_name: 'Zebulon Quux',
    email: 'zebulon.quux@example.com',
    phone_number: '+919812398123',
    date_of_birth: '1971-03-09',
    attributes: { pan: 'ZEBPD1234F' },
  };
  const former = await enroll('OLD-SECRET-REF', { email: 'zebulon.quux@example.com' });
  const { id } = await enroll('SECRET-REF-77', person);
  await admin('POST', `/members/${former.id}/merge`, { into: id });
  await admin('POST', `/members/${id}/relations`, { kind: 'card', value: '5500005555555559' });
  await admin('PATCH', `/members/${id}`, { full_name: 'Zebulon Q.' });
  await posted(
    earnFact('SECRET-REF-77', 50, { reference: 'purchase-1', narration: 'WRITTEN-1', metadata: { note: 'WRITTEN-2' } }),
    redeemFact('SECRET-REF-77', 1, { narration: 'WRITTEN-3' }),
    earnFact('SECRET-REF-77', 5, { reference: 'purchase-2', availableAt: new Date(Date.now() + 3_600_000), narration: 'WRITTEN-4' }),
  );
  const key = 'kept-answer-1';
  await admin('PATCH', `/members/${id}`, { attributes: { nickname: 'WRITTEN-5' } }, { 'idempotency-key': key });
  await admin('POST', '/coin-companies', { company_id: 'CEKSECRET', name: 'Traders' });
  await admin('POST', '/coin-companies/CEKSECRET/users', { member_id: id, user_id: 'EKSECRET77' });
  await api.ask(
    `insert into parked_refund (tenant_id, reference, original_reference, client_id, request_id, fact)
     values ($1, 'refund:r-9', 'earn:unseen', 'c', 'r', '{"kind": "refund", "member": {"reference": "SECRET-REF-77"}, "narration": "WRITTEN-6"}')`,
    [ctx.tenantId],
  );
  const given = await admin<Record<string, unknown[]>>('GET', `/members/${id}/export`);
  expect(given.body.data).toMatchObject({
    member: { reference: 'SECRET-REF-77', email: 'zebulon.quux@example.com' },
    former_references: ['OLD-SECRET-REF'],
    relations: [{ kind: 'card' }],
    user_ids: [{ user_id: 'EKSECRET77' }],
  });
  expect(given.body.data.transactions!.map((row) => (row as { narration: string }).narration)).toEqual([
    'WRITTEN-4',
    'WRITTEN-3',
    'WRITTEN-1',
  ]);
  const ledger = () =>
    api.ask<{ t: object[]; zero: string }>(
      `select (select jsonb_agg(t order by number) from ledger_transaction t) as t, (select sum(amount) from ledger_entry) as zero`,
    );
  const [before] = await ledger();
  await admin('DELETE', `/members/${id}?forfeit_points=true`);
  expect((await admin('POST', `/members/${id}/erasure/confirm`)).body.data).toMatchObject({ status: 'erased' });
  // What the worker does then; a job that is cut off is done again from its beginning.
  const [order] = await api.ask<{ payload: ForgetOrder }>(
    `select payload from job_outbox where tenant_id = $1 and name = 'forget-erased' order by id desc limit 1`,
    [ctx.tenantId],
  );
  await get(ForgetErased).run(ctx, order!.payload);
  const kept = (await admin<{ destroyed: Record<string, number> }>('GET', `/members/${id}/erasure`)).body.data.destroyed;
  await get(ForgetErased).run(ctx, order!.payload);

  const tables = await api.ask<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const dump: { row: string }[] = [];
  for (const { name } of tables) dump.push(...(await api.ask<{ row: string }>(`select to_jsonb(r)::text as row from ${name} r`)));
  expect(dump.length).toBeGreaterThan(50);
  const found = dump.filter(({ row }) =>
    secrets.some((secret) =>
      [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').replace(/=+$/, '')].some((spelt) =>
        row.includes(spelt),
      ),
    ),
  );
  expect(found.map(({ row }) => row.slice(0, 300))).toEqual([]);
  for (const gone of [id, former.id]) expect((await read(gone)).reference).toMatch(/^erased:[0-9a-f]{24}$/);
  const shown = await admin<{ destroyed: Record<string, number>; receipt: string }>('GET', `/members/${id}/erasure`);
  expect(shown.body.data.destroyed).toMatchObject({
    member_profile: 1,
    member_key: 1,
    notes_of_transactions: 3,
    parked_refunds: 1,
    ids_of_users: 1,
    card_details: 0,
  });
  expect(kept.kept_answers).toBeGreaterThan(0);
  expect(shown.body.data.destroyed).toEqual(kept);
  const said = JSON.parse(Buffer.from(shown.body.data.receipt.split('.')[1]!, 'base64url').toString()) as {
    kept: object[];
    member_id: string;
  };
  expect([said.member_id, said.kept.length]).toEqual([id, 4]);
  expect((await admin('PATCH', `/members/${id}`, { attributes: { nickname: 'WRITTEN-5' } }, { 'idempotency-key': key })).body.code).toBe(
    'idempotency_key_reused',
  );
  expect((await admin('GET', `/members/${id}/export`)).status).toBe(404);
  const [after] = await ledger();
  expect(JSON.stringify(after!.t.slice(0, -1))).toBe(JSON.stringify(before!.t));
  expect(after!.zero).toBe('0');
  expect((await admin('PATCH', `/members/${id}`, { status: 'active' })).body.code).toBe('invalid_state');

  for (const reference of ['SECRET-REF-77', 'OLD-SECRET-REF']) {
    const [outcome] = await post(earnFact(reference, 5));
    expect(outcome).toMatchObject({ status: 'refused', refusal: { definition: { code: 'erased' } } });
  }
  const feed = (tx: Parameters<Parameters<typeof api.uow.run>[1]>[0]) =>
    get(CreateMember).execute(tx, { reference: 'SECRET-REF-77', profile: {}, fromFeed: true });
  await expect(api.uow.run(ctx, feed)).rejects.toMatchObject({ definition: { code: 'erased' } });
  const back = await enroll('SECRET-REF-77');
  expect([back.id === id, back.full_name]).toEqual([false, null]);
  expect((await posted(earnFact('SECRET-REF-77', 5)))[0]!.member_id).toBe(back.id);
});
