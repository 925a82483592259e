import { SaveTier, SaveTierScheme } from '@tallystick/loyalty';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { openProgram } from '../../../../test/support/loyalty.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

interface Member {
  id: string;
  reference: string;
  wallets: { id: string }[];
}

let api: PublicApi;
beforeAll(async () => void (api = await startPublicApi({ expiry_policy: { type: 'rolling', days: 30 } }, 2)));
afterAll(() => api.close());

const create = (body: object) => api.call<Member>('POST', '/members', body);

test('enrolls with a wallet, once for a reference; keeps what is personal sealed (PII-01)', async () => {
  const person = {
    reference: 'A-1',
    full_name: 'Asha Rao',
    email: 'asha.rao@example.com',
    phone_number: '+919800000001',
    date_of_birth: '1990-04-23',
    attributes: { segment: 'gold' },
  };
  const made = await create(person);
  expect(made.status).toBe(201);
  expect(made.body.data).toMatchObject({
    ...person,
    status: 'active',
    wallets: [{ balance: 0, available: 0, kind: 'points', currency: 'USD' }],
  });
  expect((await create({ reference: 'A-1' })).body).toMatchObject({
    code: 'duplicate',
    errors: { reference: ['This reference is taken.'] },
  });
  const rows = await api.uow.read(api.integrator.ctx, (tx) =>
    tx.query<{ all: string }>(
      `select (select jsonb_agg(p) from member_profile p)::text || (select jsonb_agg(e) from event e)::text as all`,
    ),
  );
  for (const secret of ['Asha', 'asha.rao', '9800000001', '1990-04-23', 'gold']) expect(rows[0]!.all).not.toContain(secret);
});

test('changes, merges attributes, keeps a closed member closed', async () => {
  const { id } = (await create({ reference: 'A-2', email: 'b@example.com', attributes: { a: 1, b: 2 } })).body.data;
  const changed = await api.call('PATCH', `/members/${id}`, { full_name: 'Bela', email: null, attributes: { b: null, c: 3 } });
  expect(changed.body.data).toMatchObject({ full_name: 'Bela', email: null, attributes: { a: 1, c: 3 } });
  await api.call('PATCH', `/members/${id}`, { status: 'closed' });
  expect((await api.call('PATCH', `/members/${id}`, { status: 'active' })).body.code).toBe('invalid_state');
  expect((await api.call('PATCH', `/members/${id}`, { reference: 'X' })).status).toBe(400);
});

test('finds by id, reference, e-mail, phone and the beginning of a reference', async () => {
  const { id } = (await create({ reference: 'FIND-1', email: 'Find.Me@example.com', phone_number: '+919800000009' })).body.data;
  await create({ reference: 'FIND_2' });
  const found = async (search: string) =>
    (await api.call<Member[]>('GET', `/members?search=${encodeURIComponent(search)}`)).body.data.map((member) => member.reference);
  // What is personal is looked up by a body: an address of the API is written down in many places (PII-06).
  expect([await found('find.me@EXAMPLE.com'), await found('+919800000009')]).toEqual([[], []]);
  for (const lookup of [{ email: 'find.me@EXAMPLE.com' }, { phone_number: '+919800000009' }])
    expect((await api.call<Member[]>('POST', '/members/search', lookup)).body.data.map(({ reference }) => reference)).toEqual(['FIND-1']);
  expect(await found('FIND')).toEqual(['FIND_2', 'FIND-1']);
  expect(await found('FIND_')).toEqual(['FIND_2']);
  expect((await api.call<Member>('GET', `/members/${id}`)).body.data.reference).toBe('FIND-1');
  expect((await api.call<Member>('GET', '/members/by-reference/FIND-1')).body.data.id).toBe(id);
  expect((await api.call('GET', '/members/by-reference/NONE')).status).toBe(404);
  const page = await api.call<Member[]>('GET', '/members?page=1&page_size=1&ordering=reference');
  expect(page.body.meta.pagination).toMatchObject({ total: expect.any(Number) as number, has_next: true });
  expect((await api.call('GET', '/members?page=0')).status).toBe(400);
  expect((await api.call('GET', '/members?serach=typo')).status).toBe(400);
});

test.each(['created_at', '-created_at', 'reference', '-reference'])(
  'walks members by %s while others come, each once (LST-01)',
  async (ordering) => {
    const prefix = `WALK${ordering.replaceAll('_', '')}`;
    for (const number of [1, 2, 3, 4, 5]) await create({ reference: `${prefix}-${number}` });
    const query = `/members?search=${prefix}&ordering=${ordering}&page_size=2`;
    const first = await api.call<Member[]>('GET', query);
    const seen = first.body.data.map((member) => member.reference);
    let pagination = first.body.meta.pagination as { next_cursor: string | null; has_next: boolean; total?: number };
    expect(pagination).toMatchObject({ page: 1, total: 5, total_pages: 3, has_next: true });
    await create({ reference: ordering.startsWith('-') ? `${prefix}-9` : `${prefix}-0` });
    while (pagination.next_cursor !== null) {
      const page = await api.call<Member[]>('GET', `${query}&cursor=${pagination.next_cursor}`);
      expect(page.status).toBe(200);
      seen.push(...page.body.data.map((member) => member.reference));
      pagination = page.body.meta.pagination as typeof pagination;
    }
    const all = [1, 2, 3, 4, 5].map((number) => `${prefix}-${number}`);
    const expected = ordering === 'created_at' ? [...all, `${prefix}-0`] : ordering.startsWith('-') ? all.reverse() : all;
    expect(seen).toEqual(expected);
    const other = ordering === 'reference' ? '-reference' : 'reference';
    const { next_cursor } = first.body.meta.pagination as { next_cursor: string };
    expect((await api.call('GET', `/members?ordering=${other}&cursor=${next_cursor}`)).body.code).toBe('validation_error');
    expect((await api.call('GET', `${query}&page=2&cursor=${next_cursor}`)).body.code).toBe('validation_error');
  },
);

test('shows balance, lots, statement and what ends when; another tenant finds nothing (AZN-01)', async () => {
  const { id, wallets } = (await create({ reference: 'P-1' })).body.data;
  const then = new Date().toISOString();
  await api.call('POST', '/points/earn', { member_id: id, reference: 'p-earn', points: 12.34 });
  await api.call('POST', '/points/earn', {
    member_id: id,
    reference: 'p-pending',
    points: '0.66',
    available_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await api.call('POST', '/points/holds', { member_id: id, points: 2.04 });
  await api.call('POST', '/points/redeem', { member_id: id, points: 0.3 });
  expect((await api.call('GET', `/members/${id}/balance`)).body.data).toMatchObject({
    posted: 12.7,
    available: 10,
    held: 2.04,
    pending: 0.66,
  });
  expect((await api.call('GET', `/members/${id}/balance?as_of=${then}`)).body.data).toMatchObject({ posted: 0, available: 0, as_of: then });
  expect((await api.call('GET', `/members/${id}/lots?open=true`)).body.data).toMatchObject([
    { original: 12.34, remaining: 12.04, held: 2.04 },
    { original: 0.66 },
  ]);
  const statement = await api.call<{ entries: object[] }>('GET', `/members/${id}/statement?page_size=2`);
  expect(statement.body.data).toMatchObject({
    opening: 0,
    closing: 12.7,
    totals: { earned: 13, redeemed: 0.3 },
    entries: [{ points: 12.34 }, { points: 0.66 }],
  });
  const next = await api.call<{ entries: object[] }>(
    'GET',
    `/members/${id}/statement?page_size=2&cursor=${statement.body.meta.pagination.next_cursor}`,
  );
  expect(next.body.data.entries).toMatchObject([{ points: -0.3, balance_after: 12.7 }]);
  const schedule = await api.call<{ points: number }[]>('GET', `/members/${id}/expiry-schedule?months=3`);
  expect(schedule.body.data.map((day) => day.points)).toEqual([12.04, 0.66]);
  expect((await api.call('GET', `/wallets/${wallets[0]!.id}`)).body.data).toMatchObject({
    balance: 12.7,
    available: 10,
    value: { amount: '0.10', currency: 'USD' },
  });
  expect((await api.call<object[]>('GET', `/wallets?member_id=${id}`)).body.data).toHaveLength(1);

  const stranger = await openIntegrator(api.app, { tenant: { currency: 'USD' } });
  await openProgram(api.uow, stranger.ctx);
  const theirs = api.as(stranger);
  for (const path of [
    `/members/${id}`,
    `/members/${id}/balance`,
    `/members/${id}/lots`,
    `/members/${id}/statement`,
    `/members/${id}/expiry-schedule`,
    `/wallets/${wallets[0]!.id}`,
  ]) {
    expect([path, (await theirs('GET', path)).status]).toEqual([path, 404]);
  }
  expect((await theirs('PATCH', `/members/${id}`, { status: 'closed' })).status).toBe(404);
  expect((await theirs<object[]>('GET', '/wallets')).body.data).toEqual([]);
  expect((await theirs<object[]>('GET', '/members')).body.data).toEqual([]);
  expect((await theirs<object[]>('GET', `/transactions?member_id=${id}`)).body.data).toEqual([]);
  expect((await theirs('GET', `/members/${id}/lots?cursor=${statement.body.meta.pagination.next_cursor}`)).status).toBe(400);
  expect((await theirs('GET', '/wallets?page_size=0')).status).toBe(400);
});

test('a member has a tier and a history of tiers, and nobody else sees them', async () => {
  const { ctx } = api.integrator;
  const scheme = {
    basis: 'points',
    period: 'since_enrollment',
    period_months: null,
    validity_days: null,
    grace_days: 0,
    downgrade: 'full',
  } as const;
  await api.uow.run(ctx, async (tx) => {
    await new SaveTierScheme().execute(tx, api.program.id, () => scheme);
    await new SaveTier().create(tx, api.program.id, { code: 'silver', name: 'Silver', rank: 1, threshold: '10.5', earnMultiplier: '2' });
  });
  const { id } = (await create({ reference: 'TIER-1' })).body.data;
  const tier = () => api.call('GET', `/members/${id}/tier`);
  expect((await tier()).body.data).toMatchObject({
    tier: null,
    since: null,
    progress: '0.00',
    next_tier: { code: 'silver', missing: '10.50' },
  });
  await api.call('POST', '/points/earn', { member_id: id, points: 10.5, reference: 'TIER-EARN-1' });
  expect((await tier()).body.data).toMatchObject({ tier: { code: 'silver' }, progress: '10.50', next_tier: null });
  expect((await api.call('GET', `/members/${id}/tier/history`)).body.data).toMatchObject([{ from: null, to: 'silver', reason: 'entered' }]);
  const stranger = api.as(await openIntegrator(api.app, { tenant: { currency: 'USD' } }));
  expect((await stranger('GET', `/members/${id}/tier`)).status).toBe(404);
  expect((await stranger('GET', `/members/${id}/tier/history`)).status).toBe(404);
  expect((await api.call('GET', `/members/${id}/tier?program_id=${id}`)).status).toBe(404);
});

test('cards and accounts lead to a member, and are shown masked', async () => {
  const { id } = (await create({ reference: 'R-1' })).body.data;
  const path = `/members/${id}/relations`;
  const card = await api.call<{ id: string; value: string }>('POST', path, { kind: 'card', value: '4111 1111 1111 1234' });
  expect(card).toMatchObject({ status: 201, body: { data: { kind: 'card', value: expect.stringMatching(/^\*+1234$/) } } });
  expect((await api.call('POST', path, { kind: 'card', value: '4111111111111234' })).body.code).toBe('duplicate');
  expect((await api.call<object[]>('GET', path)).body.data).toEqual([card.body.data]);
  const found = await api.call<Member[]>('POST', '/members/search', { relation: { kind: 'card', value: '4111-1111-1111-1234' } });
  expect(found.body.data).toMatchObject([{ id }]);
  expect((await api.call('DELETE', `${path}/${card.body.data.id}`)).status).toBe(200);
  expect((await api.call<object[]>('GET', path)).body.data).toEqual([]);
});
