import { ActivateOffer, type CardItem, type ShownCardTransaction, type ShownClaim } from '@tallystick/offers';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { cardItem, cardRefund } from '../../../../test/support/cashback.js';
import { conciliationFixture } from '../../../../test/support/conciliation.js';

let api: AdminApi;
beforeAll(async () => void (api = await startAdminApi()));
afterAll(() => api.close());

/** A bank whose customers can be merged. */
async function stage() {
  const bank = await conciliationFixture(api.uow);
  const { call } = await api.person(bank.ctx, 'tenant_admin');
  const ids = async (...references: string[]): Promise<string[]> => {
    const rows = await bank.rows<{ id: string; reference: string }>('select id, reference from member where tenant_id = $1');
    return references.map((reference) => rows.find((row) => row.reference === reference)!.id);
  };
  return {
    ...bank,
    call,
    ids,
    merge: async (from: string, into: string) => {
      const [one, other] = await ids(from, into);
      return (await call('POST', `/members/${one}/merge`, { into: other })).status;
    },
    /** The reason or the cashback of each. */
    said: async (...items: CardItem[]) => (await bank.cards(...items)).map(({ reason, cashback }) => reason ?? cashback?.amount),
    /** Answers since when. */
    activate: async (offerId: string, reference: string) => {
      const { activatedAt } = await bank.run((tx) =>
        api.app.nest.get(ActivateOffer, { strict: false }).activate(tx, offerId, { reference }),
      );
      return activatedAt.toISOString();
    },
    sound: async () => expect(await bank.differences()).toEqual([]),
  };
}

const at = (shop: string, id: string, member: string, given: Partial<CardItem> = {}): CardItem =>
  cardItem(id, member, { merchant: { merchant_id: shop }, ...given });

test('caps, counts, first purchases and activations of both are those of who goes on, along a chain, and so are refunds and late clearings', async () => {
  const { shop, said, merge, ids, call, paid, activate, sound, transaction } = await stage();
  await Promise.all([
    shop('capped', { rateBps: 1_000, capPeriod: 'month', capPerPeriod: 1_500n }),
    shop('limited', { perUserLimit: 2 }),
    shop('first', { kind: 'first_time' }),
  ]);
  const asked = await shop('asked', { requiresActivation: true });
  expect(await said(at('first', 'f0', 'a'), at('limited', 'l0', 'a'), at('capped', 'c0', 'a'))).toEqual(['5.00', '5.00', '10.00']);
  expect(await said(at('limited', 'l1', 'b'), at('capped', 'c1', 'b'), at('capped', 'c9', 'c', { amount: '1.00' }))).toEqual([
    '5.00',
    '10.00',
    '0.10',
  ]);
  expect(await said(at('capped', 'open', 'a', { status: 'approved', amount: '20.00' }), cardRefund('early', 'a', 'late', '50.00'))).toEqual(
    ['2.00', 'purchase_unknown'],
  );
  const [a, c] = (await ids('a', 'c')) as [string, string];
  const since = await activate(asked.id, 'a');
  await activate(asked.id, 'c');
  expect([await merge('a', 'b'), await merge('b', 'c')]).toEqual([200, 200]);
  await sound();
  expect([await paid('a'), await paid('b'), await paid('c')]).toEqual([0n, 0n, 3_510n]);

  // Under any of the references it is one customer, who has used what three had.
  expect(await said(at('capped', 'c2', 'c'), at('limited', 'l2', 'a'), at('first', 'f1', 'b'))).toEqual([
    'cap_reached',
    'user_limit_reached',
    'not_first_time',
  ]);
  expect(await said(at('asked', 'x', 'b', { date: since }))).toEqual(['5.00']);
  const { body } = await call<ShownCardTransaction[]>('GET', `/cashback/transactions?member_id=${a}`);
  expect(new Set(body.data.map(({ member_id }) => member_id))).toEqual(new Set([c]));
  expect(body.data).toHaveLength(12);
  expect((await call<ShownCardTransaction[]>('GET', '/cashback/transactions?member_reference=b')).body.data).toEqual(body.data);

  // What authorized clears, what was refunded before it came, and what goes back makes room for the one who goes on.
  expect(await said(at('capped', 'open', 'b', { amount: '10.00' }))).toEqual(['1.00']);
  expect(await said(at('limited', 'late', 'c', { merchant: { merchant_id: 'nobody' } }))).toEqual(['merchant_unknown']);
  expect(await transaction(body.data.find(({ reference }) => reference === 'early')!.id)).toMatchObject({
    reason: 'purchase_not_rewarded',
    member_id: c,
  });
  expect(await said(cardRefund('r0', 'a', 'c0', '100.00'), cardRefund('r1', 'b', 'l0', '100.00'))).toEqual(['refunded', 'refunded']);
  expect(await said(at('capped', 'c3', 'a'), at('limited', 'l3', 'a'))).toEqual(['3.90', '5.00']);
  expect([await paid('a'), await paid('b'), await paid('c')]).toEqual([0n, 0n, 3_510n + 500n + 100n - 1_500n + 890n]);
  expect((await said(cardRefund('r9', 'd', 'c1', '1.00')))[0]).toBe('other_member');
  await sound();
});

/** Settled at noon of a day of November in Mexico. */
const on = (day: string): Partial<CardItem> => ({ date: `2025-11-${day}T12:00:00-06:00`, settled_at: `2025-11-${day}T12:00:00-06:00` });

test('money that is on its way, in a closed window or owed goes over; windows of before keep what they said, those after name one person', async () => {
  const { shop, cards, goTo, closeAll, confirm, exported, merge, ids, rows, paid, window, verified, call, sound } = await stage();
  await shop('shop', { rateBps: 1_000 });
  const bought = (id: string, member: string, day: string, amount = '100.00') => cardItem(id, member, { amount, ...on(day) });
  const takenBack = (id: string, member: string, original: string, day: string) => cardRefund(id, member, original, '100.00', on(day));
  goTo('2025-11-17T01:00:00-06:00');
  await cards(bought('p1', 'a', '12'), bought('p2', 'b', '12'), bought('p3', 'c', '12'));
  const [first] = await closeAll();
  await confirm(first!);
  // What was paid to a and b goes back: both owe it, a since a window that closed, b in the one that is open. c is paid nothing yet.
  goTo('2025-11-24T01:00:00-06:00');
  await cards(takenBack('r1', 'a', 'p1', '18'), bought('p4', 'c', '18'));
  const [second] = await closeAll();
  goTo('2025-11-26T01:00:00-06:00');
  await cards(takenBack('r2', 'b', 'p2', '25'), bought('p5', 'a', '25', '40.00'));
  expect([await paid('a'), await paid('b'), await paid('c')]).toEqual([-600n, -1_000n, 1_000n]);
  const before = await exported(second!, 'json');
  const [a, b, c] = await ids('a', 'b', 'c');

  expect([await merge('c', 'a'), await merge('a', 'b')]).toEqual([200, 200]);
  expect([await paid('a'), await paid('b'), await paid('c')]).toEqual([0n, -600n, 0n]);
  await sound();
  expect(await exported(second!, 'json')).toBe(before);
  expect(before).toContain(a!);
  expect(before).toContain(c!);
  // What a closed window owes c is paid from the account of who goes on, once.
  await confirm(second!);
  await confirm(second!);
  expect([await paid('a'), await paid('b'), await paid('c')]).toEqual([0n, -1_600n, 0n]);

  goTo('2025-12-01T01:00:00-06:00');
  await cards(bought('p6', 'c', '26', '30.00'));
  const [third] = await closeAll();
  const payoutsOf = (id: string) =>
    rows(
      'select member_id, earned, brought_forward, payout, carried_forward from conciliation_payout where tenant_id = $1 and window_id = $2',
      id,
    );
  const owed = { member_id: b, earned: '-300', brought_forward: '-1000', payout: '0', carried_forward: '-1300' };
  expect(await payoutsOf(third!)).toEqual([owed]);
  expect(await rows('select distinct member_id from conciliation_line where tenant_id = $1 and window_id = $2', third)).toEqual([
    { member_id: b },
  ]);
  goTo('2025-12-08T01:00:00-06:00');
  await cards(cardItem('p7', 'a', { amount: '200.00', date: '2025-12-02T12:00:00-06:00', settled_at: '2025-12-02T12:00:00-06:00' }));
  const [fourth] = await closeAll();
  expect(await payoutsOf(fourth!)).toEqual([
    { member_id: b, earned: '2000', brought_forward: '-1300', payout: '700', carried_forward: '0' },
  ]);
  for (const id of [third!, fourth!]) await confirm(id);
  expect(await paid('b')).toBe(0n);
  // Who goes on had no cashback of their own: their account owes like any other.
  await cards(at('nobody', 'z', 'z'));
  expect(await merge('b', 'z')).toBe(200);
  await cards(cardRefund('r7', 'c', 'p7', '200.00'));
  expect(await paid('z')).toBe(-2_000n);
  const [z] = await ids('z');
  const refused = await call('DELETE', `/members/${z}?forfeit_points=true`);
  expect([refused.status, Object.keys(refused.body.errors)]).toEqual([409, ['cashback_owed']]);
  const money = (amount: string) => ({ amount, currency: 'MXN' });
  expect((await call<object[]>('GET', `/members/${c}/cashback-balances`)).body.data).toEqual([
    {
      ...{ member_id: z, currency: 'MXN', pending: money('0.00'), on_the_way: money('0.00') },
      ...{ owed: money('20.00'), paid_out: money('47.00') },
    },
  ]);
  expect((await window(fourth!)).payoutTotals).toMatchObject([{ payout: '7.00' }]);
  expect(await verified()).toMatchObject({ windows: 4, problem: null });
  await sound();
});

test('merges along a chain, batches for all three, activations, windows and an erasure at once: nothing is lost and nobody waits in a circle', async () => {
  const { shop, cards, merge, ids, paid, sound, activate, closeOne, rows, call } = await stage();
  const [, asked] = await Promise.all([
    shop('capped', { rateBps: 1_000, capPeriod: 'month', capPerPeriod: 2_000n }),
    shop('asked', { requiresActivation: true }),
  ]);
  const names = ['a', 'b', 'c', 'd'];
  await cards(...names.map((name) => at('capped', `first-${name}`, name, { amount: '10.00' })));
  const [, , , d] = await ids(...names);
  const batch = (round: string) => cards(...names.map((name) => at('capped', `${round}-${name}`, name, { amount: '30.00' })));
  const settled = await Promise.allSettled([
    batch('one'),
    merge('a', 'b'),
    batch('two'),
    activate(asked.id, 'a'),
    merge('b', 'c'),
    merge('a', 'b'),
    closeOne(),
    batch('three'),
    activate(asked.id, 'b'),
    call('DELETE', `/members/${d}?forfeit_points=true`),
    cards(cardRefund('r-a', 'a', 'first-a', '10.00'), cardRefund('r-d', 'd', 'first-d', '10.00')),
    batch('four'),
    batch('two'),
  ]);
  expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
  const statuses = settled.map((result) => result.status === 'fulfilled' && (typeof result.value === 'number' ? result.value : 200));
  expect(statuses.filter((status) => Number(status) >= 500)).toEqual([]);
  for (const [from, into] of [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
  ] as const)
    await merge(from, into);
  await sound();
  // What one may still get after all is what the cap leaves of what three did.
  const [all] = await rows<{ stands: string; cards: number; people: number }>(
    `select sum(cashback) filter (where type = 'purchase') as stands, count(*)::int as cards, count(distinct member_id)::int as people
     from card_transaction where tenant_id = $1 and reference not like '%-d'`,
  );
  expect(all).toMatchObject({ cards: 3 + 12 + 1, people: 1 });
  expect(await paid('c')).toBe(BigInt(all!.stands));
  expect([await paid('a'), await paid('b')]).toEqual([0n, 0n]);
  expect(
    await rows('select sum(rewards)::int as activations from (select 1 as rewards from offer_activation where tenant_id = $1) x'),
  ).toEqual([{ activations: 1 }]);
  const [late] = await cards(at('capped', 'last', 'a'));
  expect(late).toMatchObject(BigInt(all!.stands) >= 2_000n ? { reason: 'cap_reached' } : { status: 'rewarded' });
  // A deadlock would have been run again, and cost a second each time.
  expect(await rows('select deadlocks::int from pg_stat_database where datname = current_database() and $1::uuid is not null')).toEqual([
    { deadlocks: 0 },
  ]);
});

test('claims go along; of two for the same purchase the earlier stays open', async () => {
  const { shop, said, merge, ids, call, sound } = await stage();
  await shop('shop');
  await said(at('nobody', 'p', 'a'), at('nobody', 'q', 'b'));
  const [a, b] = await ids('a', 'b');
  const claim = async (member_id: string, purchase: object) => {
    const { body } = await call<ShownClaim>('POST', '/claims', { member_id, reason_code: 'purchase_not_seen', purchase });
    return body.data.id;
  };
  const unseen = { amount: '7.00', currency: 'MXN', occurred_at: '2025-11-10T12:00:00Z' };
  const [one, other, third] = [await claim(a!, unseen), await claim(b!, unseen), await claim(a!, { ...unseen, amount: '8.00' })];
  expect(await merge('a', 'b')).toBe(200);
  const { body } = await call<ShownClaim[]>('GET', `/claims?member_id=${a}`);
  expect(body.data.map(({ id, member_id, status }) => [id, member_id, status])).toEqual([
    [third, b, 'open'],
    [other, b, 'withdrawn'],
    [one, b, 'open'],
  ]);
  await sound();
});
