import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from '@tallystick/kernel';
import { lockBeforeMembers } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { cardItem, cardRefund } from '../../../../test/support/cashback.js';
import { conciliationFixture, type ConciliationFixture } from '../../../../test/support/conciliation.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { tamper } from '../../../../test/support/tamper.js';
import { batchesOf, linesAfter, noteRefreshRate, payoutsAfter, sealHash } from '../index.js';
import { listHash } from './list-hash.policy.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let bank: ConciliationFixture;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl, { entities: tenancyEntities }));
});
afterAll(async () => {
  await close?.();
  await database?.close();
});
beforeEach(async () => {
  bank = await conciliationFixture(uow);
  await bank.shop('shop', {
    rateBps: 1_000,
    shares: { customer: 6_000, institution: 2_500, platform: 1_500 },
    fundedBy: { merchant: 7_000, institution: 2_000, platform: 1_000 },
  });
});

const short = (id: string): string => id.slice(0, -9);

/** Ten pesos of cashback on a purchase of a hundred, settled at noon of a day in Mexico. */
const bought = (id: string, member: string, day: string, amount = '100.00') =>
  cardItem(id, member, { amount, date: `2025-11-${day}T12:00:00-06:00`, settled_at: `2025-11-${day}T12:00:00-06:00` });
const refunded = (id: string, member: string, original: string, day: string, amount = '100.00') =>
  cardRefund(id, member, original, amount, { date: `2025-11-${day}T12:00:00-06:00`, settled_at: `2025-11-${day}T12:00:00-06:00` });

/** A body, as far as it is looked at. */
interface Told {
  readonly id: string;
  readonly part: number;
  readonly parts: number;
  readonly sequence: number;
  readonly hash: string;
  readonly data: readonly { readonly merchant: string; readonly count: number }[];
  readonly payouts: readonly object[];
}

const eventsOf = (name: string) =>
  bank.rows<{ id: string; data: Told }>('select id, data from event where tenant_id = $1 and name = $2 order by id', name);

test('a week closes once its end has come, with sums by state, in a chain; late items and refunds of closed purchases adjust the next (C6.2, C6.3)', async () => {
  bank.goTo('2025-11-16T23:59:00-06:00');
  const [p1] = await bank.cards(bought('p1', 'ana', '12'), bought('p2', 'ben', '14'), bought('p3', 'ben', '15'));
  expect(p1!.conciliation).toMatchObject({ status: 'scheduled', expected_at: '2025-11-17T06:00:00.000Z' });
  await bank.cards(refunded('r3', 'ben', 'p3', '16', '50.00'));
  expect((await bank.transaction(p1!.transaction_id!)).conciliation).toMatchObject({
    status: 'scheduled',
    window_id: expect.stringMatching(/^W-2025-46-/),
    expected_at: '2025-11-17T06:00:00.000Z',
  });
  expect(await bank.closeOne()).toBeNull();
  bank.goTo('2025-11-17T00:00:01-06:00');
  const [first] = await bank.closeAll();
  expect(short(first!)).toBe('W-2025-46');
  const window = await bank.window(first!);
  expect(window).toMatchObject({
    number: 1,
    state: 'closed',
    rate: 0,
    lines: 4,
    startsAt: new Date('2025-11-10T06:00:00Z'),
    endsAt: new Date('2025-11-17T06:00:00Z'),
  });
  expect(window.totals).toEqual([
    {
      currency: 'MXN',
      state: 'conciliated',
      count: 3,
      amount: '300.00',
      cashback: '30.00',
      charge: '50.01',
      institution_part: '12.51',
      platform_part: '7.50',
    },
    {
      currency: 'MXN',
      state: 'reversed',
      count: 1,
      amount: expect.any(String),
      cashback: '-5.00',
      charge: expect.any(String),
      institution_part: expect.any(String),
      platform_part: expect.any(String),
    },
  ]);
  expect(window.payoutTotals).toEqual([
    { currency: 'MXN', count: 2, earned: '25.00', brought_forward: '0.00', payout: '25.00', carried_forward: '0.00' },
  ]);
  expect((await bank.transaction(p1!.transaction_id!)).conciliation).toMatchObject({ status: 'conciliated', window_id: first });

  // The next week: something of the week before comes late, and what was closed is refunded.
  bank.goTo('2025-11-20T12:00:00-06:00');
  await bank.cards(bought('late', 'cleo', '13'), refunded('r1', 'ana', 'p1', '19'), bought('p4', 'dora', '18'));
  bank.goTo('2025-11-24T00:00:00-06:00');
  const [second] = await bank.closeAll();
  const lines = await bank.rows<{ reference: string; state: string; original: string | null }>(
    'select reference, state, original_window_id as original from conciliation_line where tenant_id = $1 and window_id = $2 order by reference',
    second,
  );
  expect(lines).toEqual([
    { reference: 'late', state: 'adjustment', original: first },
    { reference: 'p4', state: 'conciliated', original: null },
    { reference: 'r1', state: 'adjustment', original: first },
  ]);
  expect(await bank.window(first!)).toEqual(window);
  expect((await bank.window(second!)).previousHash).toBe(window.hash);
  expect(await bank.verified()).toMatchObject({ windows: 2, problem: null });
  expect(await bank.differences()).toEqual([]);
});

test('what is taken back of money that was handed on is set off in later windows, and nobody is paid below 0', async () => {
  bank.goTo('2025-11-17T01:00:00-06:00');
  await bank.cards(bought('p1', 'ana', '12'), bought('p2', 'ben', '12'));
  const [first] = await bank.closeAll();
  expect(await bank.confirm(first!)).toMatchObject({ state: 'dispersed', confirmedBy: 'test' });
  expect([await bank.paid('ana'), await bank.paid('ben')]).toEqual([0n, 0n]);
  // Hearing it again moves nothing.
  expect(await bank.confirm(first!)).toMatchObject({ state: 'dispersed' });

  bank.goTo('2025-11-19T12:00:00-06:00');
  await bank.cards(refunded('r1', 'ana', 'p1', '18'), bought('p3', 'ana', '18', '40.00'), bought('p4', 'ben', '18'));
  bank.goTo('2025-11-24T01:00:00-06:00');
  const [second] = await bank.closeAll();
  expect((await bank.window(second!)).payoutTotals).toEqual([
    { currency: 'MXN', count: 2, earned: '4.00', brought_forward: '0.00', payout: '10.00', carried_forward: '-6.00' },
  ]);
  await bank.confirm(second!);
  expect([await bank.paid('ana'), await bank.paid('ben')]).toEqual([-600n, 0n]);

  await bank.cards(bought('p5', 'ana', '24'));
  bank.goTo('2025-12-01T01:00:00-06:00');
  const [third] = await bank.closeAll();
  expect((await bank.window(third!)).payoutTotals).toEqual([
    { currency: 'MXN', count: 1, earned: '10.00', brought_forward: '-6.00', payout: '4.00', carried_forward: '0.00' },
  ]);
  expect(await bank.confirm(third!)).toMatchObject({ state: 'dispersed' });
  expect(await bank.paid('ana')).toBe(0n);
  const states = await bank.rows('select reference, reward_state as state from card_transaction where tenant_id = $1 order by reference');
  expect(states).toEqual(
    ['p1 reversed', 'p2 dispersed', 'p3 dispersed', 'p4 dispersed', 'p5 dispersed', 'r1 dispersed'].map((text) => {
      const [reference, state] = text.split(' ');
      return { reference, state };
    }),
  );
  expect(await bank.differences()).toEqual([]);
  expect(await bank.closeOne()).toBeNull();
  await expect(
    bank.confirm((await bank.rows<{ id: string }>("select id from conciliation_window where tenant_id = $1 and state = 'open'"))[0]!.id),
  ).rejects.toMatchObject({ definition: { code: 'invalid_state' } });
});

test('no batch waits for a window that closes; what cuts it off leaves nothing of it or all, and card transactions follow', async () => {
  bank.goTo('2025-11-17T01:00:00-06:00');
  const [p1, p2, p3] = (await bank.cards(bought('p1', 'ana', '12'), bought('p2', 'ben', '12'), bought('p3', 'ben', '13'))).map(
    (item) => item.transaction_id!,
  ) as [string, string, string];
  const killed = bank.run(async (tx) => {
    await bank.windows.close.execute(tx);
    throw new Error('killed');
  });
  await expect(killed).rejects.toThrow('killed');
  expect(await bank.rows('select 1 from conciliation_line where tenant_id = $1')).toEqual([]);
  let [release, entered] = [(): void => undefined, (): void => undefined];
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const gate = new Promise<void>((resolve) => (release = resolve));
  const closing = bank.run(async (tx) => {
    const closed = await bank.windows.close.execute(tx);
    entered();
    await gate;
    return closed;
  });
  await inside;
  // While all of it is written and nothing committed. Who would merge members waits, and lets batches pass.
  let waits = true;
  const merging = bank.run(lockBeforeMembers).then(() => (waits = false));
  await bank.cards(bought('late', 'cleo', '13'));
  expect(waits).toBe(true);
  release();
  await merging;
  expect(await closing).toMatchObject({ outcome: 'closed', window: { lines: 3 } });
  const [first] = (await bank.rows<{ id: string }>('select id from conciliation_window where tenant_id = $1 order by number')).map(
    ({ id }) => id,
  );
  const stateOf = async (id: string) => {
    const { status, window_id } = (await bank.transaction(id)).conciliation!;
    return [status, window_id && short(window_id)];
  };
  // Marked one line after the other; a part that settles meanwhile makes its purchase wait for the next window.
  expect(await Promise.all([p1, p2].map(stateOf))).toEqual(Array(2).fill(['scheduled', 'W-2025-46']));
  await bank.run((tx) => bank.windows.mark.next(tx, 1));
  bank.goTo('2025-11-18T13:00:00-06:00');
  await bank.cards({ ...bought('p2', 'ben', '18', '10.00'), part: 2 });
  expect(await Promise.all([p1, p2, p3].map(stateOf))).toEqual([
    ['conciliated', 'W-2025-46'],
    ['scheduled', expect.any(String)],
    ['scheduled', 'W-2025-46'],
  ]);
  // Whoever confirms has the rest of them marked first.
  expect(await bank.confirm(first!)).toMatchObject({ state: 'dispersed', linesConciliated: 3, linesDispersed: 3 });
  expect(await Promise.all([p1, p2, p3].map(stateOf))).toEqual([
    ['dispersed', 'W-2025-46'],
    ['scheduled', 'W-2025-47'],
    ['dispersed', 'W-2025-46'],
  ]);
  bank.goTo('2025-11-24T01:00:00-06:00');
  expect(await bank.closeOne()).toMatchObject({ outcome: 'closed', window: { lines: 2 } });
  // The next run of the worker finds what one before it left.
  expect(await bank.closeAll()).toEqual([]);
  expect(await stateOf(p2)).toEqual(['conciliated', 'W-2025-47']);
  expect(
    await bank.rows(
      `select l.reference, l.state, l.original_window_id = $2 as pointed from conciliation_line l join conciliation_window w on w.tenant_id = $1
         and w.id = l.window_id and w.number = 2 where l.tenant_id = $1 order by 1`,
      first,
    ),
  ).toEqual([
    { reference: 'late', state: 'adjustment', pointed: true },
    { reference: 'p2', state: 'conciliated', pointed: null },
  ]);
  expect([await bank.verified(), await bank.differences()]).toMatchObject([{ windows: 2, problem: null }, []]);
});

test('closed is closed: no role changes a window or its lines, and two that close at once close once', async () => {
  bank.goTo('2025-11-17T01:00:00-06:00');
  await bank.cards(bought('p1', 'ana', '12'));
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => bank.closeOne()));
  expect(outcomes.filter((closing) => closing?.outcome === 'closed')).toHaveLength(1);
  expect(await eventsOf('conciliation.window_closed')).toHaveLength(1);
  const [{ id }] = (await bank.rows<{ id: string }>("select id from conciliation_window where tenant_id = $1 and state = 'closed'")) as [
    { id: string },
  ];
  for (const sql of [
    "update conciliation_window set totals = '[]' where tenant_id = $1 and id = $2",
    "update conciliation_window set ends_at = ends_at + interval '1 day' where tenant_id = $1 and id = $2",
    'delete from conciliation_window where tenant_id = $1 and id = $2',
    'update conciliation_line set cashback = 0 where tenant_id = $1 and window_id = $2',
    'delete from conciliation_payout where tenant_id = $1 and window_id = $2',
  ])
    await expect(bank.run((tx) => tx.query(sql, [bank.ctx.tenantId, id]))).rejects.toThrow(/never changes|permission denied/);
  // Whoever gets past all that is found out by the chain.
  await tamper(
    database.ownerUrl,
    `update conciliation_line set cashback = cashback + 1, charge = charge + 1 where tenant_id = '${bank.ctx.tenantId}'`,
  );
  expect(await bank.verified()).toMatchObject({
    windows: 0,
    problem: { window_id: id, reason: 'has other lines than it was closed with' },
  });
});

test('whatever a superuser does to closed windows is found out, also when every hash is made to fit', async () => {
  /** Two windows, the second with what was owed from the first. */
  const twice = async (): Promise<ConciliationFixture> => {
    const own = await conciliationFixture(uow);
    await own.shop('shop', { rateBps: 1_000 });
    own.goTo('2025-11-17T01:00:00-06:00');
    await own.cards(bought('p1', 'ana', '12'), bought('p2', 'ben', '12'));
    await own.confirm((await own.closeAll())[0]!);
    own.goTo('2025-11-24T01:00:00-06:00');
    await own.cards(bought('p3', 'ben', '18'), refunded('r1', 'ana', 'p1', '18'));
    await own.closeAll();
    return own;
  };
  const of = (table: string, set: string, number = 2): string =>
    `update ${table} set ${set} where tenant_id = $1 and window_id = (select id from conciliation_window where tenant_id = $1 and number = ${number})`;
  const window = (set: string, number = 2): string => `update conciliation_window set ${set} where tenant_id = $1 and number = ${number}`;
  /** Seals a window that was altered anew, as somebody would who knows how. */
  const sealAnew = async (own: ConciliationFixture): Promise<void> => {
    const [{ id }] = (await own.rows<{ id: string }>('select id from conciliation_window where tenant_id = $1 and number = 2')) as [
      { id: string },
    ];
    const closed = await own.read((tx) => own.windows.find.closed(tx, id));
    const sealed = await own.read(async (tx) => ({
      ...closed,
      linesHash: (await listHash(batchesOf((after) => linesAfter(tx, id, after, 100)))).hash,
      payoutsHash: (await listHash(batchesOf((after) => payoutsAfter(tx, id, after, 100)))).hash,
    }));
    await tamper(database.ownerUrl, window('lines_hash = $2, payouts_hash = $3, hash = $4'), [
      own.ctx.tenantId,
      sealed.linesHash,
      sealed.payoutsHash,
      sealHash(sealed),
    ]);
  };
  for (const [windows, reason, anew, sql] of [
    [0, 'has other lines than it was closed with', false, of('conciliation_line', 'merchant_id = gen_random_uuid()', 1)],
    [0, 'has other lines than it was closed with', false, 'delete from conciliation_line where tenant_id = $1 and position = 1'],
    [0, 'has other payouts than it was closed with', false, of('conciliation_payout', 'member_id = gen_random_uuid()', 1)],
    [0, 'is not what was sealed', false, window(`totals = '[]'`, 1)],
    [0, 'comes after one that is missing', false, 'delete from conciliation_window where tenant_id = $1 and number = 1'],
    [1, 'does not begin where the one before ended', false, window(`starts_at = starts_at + interval '1 second'`)],
    [1, 'does not follow the one before', false, window(`previous_hash = repeat('0', 64)`)],
    [1, 'has other totals than its lines', true, of('conciliation_line', 'cashback = cashback + 1, charge = charge + 1')],
    [1, 'has other totals than its payouts', true, of('conciliation_payout', 'earned = earned + payout, payout = payout * 2')],
    [1, 'pays what its lines do not say', true, of('conciliation_payout', 'member_id = gen_random_uuid()')],
    [2, 'does not say what moved', true, of('conciliation_line', 'merchant_id = gen_random_uuid()')],
    [1, 'does not say what moved', false, 'delete from conciliation_window where tenant_id = $1 and number > 1'],
  ] as const) {
    const own = await twice();
    expect(await own.verified()).toMatchObject({ windows: 2, problem: null });
    expect(await tamper(database.ownerUrl, sql, [own.ctx.tenantId])).toBeGreaterThan(0);
    if (anew) await sealAnew(own);
    expect([sql, await own.verified()]).toMatchObject([sql, { windows, problem: { reason } }]);
  }
});

test('a window whose sums differ from what went in stays open, says why, and closes once they fit (C6.7)', async () => {
  bank.goTo('2025-11-17T01:00:00-06:00');
  await bank.cards(bought('p1', 'ana', '12'));
  const shift = (by: number) =>
    tamper(
      database.ownerUrl,
      `update cashback_movement set cashback = cashback + ${by}, charge = charge + ${by}, funded_merchant = funded_merchant + ${by} where tenant_id = '${bank.ctx.tenantId}'`,
    );
  await shift(100);
  const problem = [
    { control: 'ledger', currency: 'MXN', expected: '1 lines, cashback 10.00', found: '1 lines, cashback 11.00' },
    { control: 'card_transactions', currency: 'MXN', expected: '10.00', found: '11.00' },
  ];
  expect(await bank.closeOne()).toMatchObject({ outcome: 'blocked', problem });
  const [blocked] = await bank.rows<{ id: string }>("select id from conciliation_window where tenant_id = $1 and state = 'blocked'");
  expect(await bank.window(blocked!.id)).toMatchObject({ state: 'blocked', problem, closedAt: null });
  expect(await bank.rows('select 1 from conciliation_line where tenant_id = $1')).toEqual([]);
  await shift(-100);
  expect(await bank.closeAll()).toEqual([blocked!.id]);
  expect(await bank.window(blocked!.id)).toMatchObject({ state: 'closed', problem: null });
});

test('days and weeks by the rate of the tenant; empty ones close too, one after the other, after any time away', async () => {
  bank.goTo('2025-11-13T12:00:00-06:00');
  await bank.cards(bought('p1', 'ana', '12'));
  await bank.closeAll();
  await bank.run((tx) => bank.windows.open.ensure(tx));
  await bank.run((tx) => noteRefreshRate(tx, 1));
  bank.goTo('2025-11-20T12:00:00-06:00');
  await bank.run((tx) => noteRefreshRate(tx, 0));
  bank.goTo('2025-12-01T00:00:00-06:00');
  expect((await bank.closeAll()).map(short)).toEqual([
    'W-2025-46',
    'D-2025-11-17',
    'D-2025-11-18',
    'D-2025-11-19',
    'D-2025-11-20',
    'W-2025-47',
    'W-2025-48',
  ]);
  const states = await bank.rows<{ state: string }>('select state from conciliation_window where tenant_id = $1 order by number');
  expect(states.map(({ state }) => state)).toEqual(['closed', ...Array<string>(6).fill('dispersed'), 'open']);
  expect(await bank.verified()).toMatchObject({ windows: 7, problem: null });
});

test('the reports go in parts of a thousand, numbered, with sums of the whole window; the export has what the hashes are of', async () => {
  bank.goTo('2025-11-17T01:00:00-06:00');
  await bank.shop('other', { rateBps: 500 });
  const many = Array.from({ length: 1_001 }, (_, index) => bought(`p${String(index).padStart(4, '0')}`, `m${index % 7}`, '12', '10.00'));
  await bank.cards(...many, cardItem('x', 'm1', { merchant: { merchant_id: 'other' }, settled_at: '2025-11-13T12:00:00Z' }));
  const [id] = await bank.closeAll();
  const window = await bank.window(id!);
  const dispersions = await eventsOf('redemption.dispersion');
  expect(dispersions.map(({ data }) => [data.part, data.parts, data.data.length, data.sequence, data.hash])).toEqual([
    [1, 2, 1_000, 2, window.hash],
    [2, 2, 2, 3, window.hash],
  ]);
  expect(dispersions.map(({ id: event, data }) => event === data.id)).toEqual([true, true]);
  expect(dispersions[0]!.data).toMatchObject({
    event: 'redemption.dispersion',
    windowId: id,
    refreshRate: 0,
    period: { from: '2025-11-10T06:00:00.000Z', to: '2025-11-17T06:00:00.000Z' },
    totals: { count: 1_002, cashback: '1006.00', adjustments: '0.00', payout: '1006.00' },
  });
  expect(dispersions[0]!.data.data[0]).toMatchObject({
    id: 'p0000',
    uuid: 'm0',
    cashback: '1.00',
    currency: 'MXN',
    status: 'conciliated',
    adjustment: false,
  });
  expect(dispersions.flatMap(({ data }) => data.payouts)).toHaveLength(7);
  const [commission] = await eventsOf('commission.report');
  expect(commission!.data).toMatchObject({
    sequence: 4,
    parts: 1,
    totals: { count: 1_002, cashback: '1006.00', charge: expect.any(String) },
  });
  expect(commission!.data.data.map(({ merchant, count }) => [merchant, count]).sort()).toEqual([
    ['Shop other', 1],
    ['Shop shop', 1_001],
  ]);

  const json = await bank.exported(id!, 'json');
  const exported = JSON.parse(json) as Record<'lines' | 'payouts' | 'window' | 'hash', unknown>;
  expect(canonicalJson(exported)).toBe(json);
  const sha = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest('hex');
  expect([sha(exported.lines), sha(exported.payouts), sha(exported.window)]).toEqual([window.linesHash, window.payoutsHash, exported.hash]);
  const csv = await bank.exported(id!, 'csv');
  expect(csv.split('\r\n')).toHaveLength(1_002 + 2);
  await bank.confirm(id!);
  expect([await bank.exported(id!, 'json'), await bank.exported(id!, 'csv')]).toEqual([json, csv]);
});

const HOUR = 3_600_000;
const BEGINNING = new Date('2025-10-20T00:00:00Z').getTime();

/** What happens to a tenant as its time goes on: each after some hours. */
const steps = fc.array(
  fc.record({
    hours: fc.integer({ min: 0, max: 40 }),
    what: fc.constantFrom('buy', 'buy', 'buy', 'part', 'refund', 'refund', 'close', 'disperse', 'rate'),
    member: fc.constantFrom('ana', 'ben', 'cleo'),
    /** How long ago it settled, in hours: some of it late. */
    ago: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
    centavos: fc.integer({ min: 1, max: 30_000 }),
    pick: fc.nat(),
  }),
  { minLength: 25, maxLength: 40 },
);

test('whatever happens in whatever order: each movement is in one window, sums are those of the ledger, the chain holds, bytes stay', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const own = await conciliationFixture(uow);
      await own.shop('shop', { rateBps: 700, shares: { customer: 6_000, institution: 2_500, platform: 1_500 } });
      // Its clocks go back while the story lasts.
      await tamper(database.ownerUrl, `update tenant set timezone = 'Europe/Berlin' where id = '${own.ctx.tenantId}'`);
      const bought: { id: string; member: string; left: number; parts: number }[] = [];
      const bytes = new Map<string, string>();
      const close = async (): Promise<void> => {
        for (const id of await own.closeAll()) bytes.set(id, (await own.exported(id, 'json')) + (await own.exported(id, 'csv')));
      };
      let now = BEGINNING;
      for (const { hours, what, member, ago, centavos, pick } of story) {
        now += hours * HOUR;
        own.goTo(new Date(now));
        const settled_at = new Date(Math.max(now - ago * HOUR - 1_000, BEGINNING - 400 * HOUR)).toISOString();
        const amount = (centavos / 100).toFixed(2);
        const one = bought[pick % Math.max(bought.length, 1)];
        if (what === 'buy') {
          const id = `p${bought.length}`;
          bought.push({ id, member, left: centavos, parts: 1 });
          await own.cards(cardItem(id, member, { amount, date: settled_at, settled_at }));
        } else if (what === 'part' && one) {
          one.left += centavos;
          await own.cards(cardItem(one.id, one.member, { amount, part: ++one.parts, date: settled_at, settled_at }));
        } else if (what === 'refund' && one && one.left > 0) {
          const part = Math.min(one.left, centavos);
          one.left -= part;
          await own.cards(cardRefund(`r${now}-${pick}`, one.member, one.id, (part / 100).toFixed(2), { date: settled_at, settled_at }));
        } else if (what === 'close') await close();
        else if (what === 'disperse')
          for (const { id } of await own.rows<{ id: string }>(
            "select id from conciliation_window where tenant_id = $1 and state = 'closed'",
          ))
            await own.confirm(id);
        else if (what === 'rate') await own.run((tx) => noteRefreshRate(tx, (pick % 2) as 0 | 1));
      }
      own.goTo(new Date(now + 30 * 24 * HOUR));
      await close();
      for (const [id, before] of bytes) expect((await own.exported(id, 'json')) + (await own.exported(id, 'csv'))).toBe(before);
      expect(await own.verified()).toMatchObject({ problem: null });
      // Every movement in the window of its moment, or as an adjustment in a later one; none twice, none left.
      expect(
        await own.rows(
          `select m.id from cashback_movement m left join conciliation_line l on l.tenant_id = $1 and l.movement_id = m.id
           left join conciliation_window w on w.tenant_id = $1 and w.id = l.window_id
           where m.tenant_id = $1 and (w.id is null or w.id <> m.window_id or m.settled_at >= w.ends_at
             or (m.settled_at < w.starts_at and l.state <> 'adjustment')
             or (l.state <> 'adjustment') <> (m.settled_at >= w.starts_at and not (m.kind = 'adjustment' and exists (
               select from conciliation_line e join conciliation_window b on b.tenant_id = $1 and b.id = e.window_id
               where e.tenant_id = $1 and e.purchase_id = m.purchase_id and b.number < w.number))))`,
        ),
      ).toEqual([]);
      // What is on customers' accounts is what windows still owe them, or they owe from windows.
      expect(
        await own.rows(
          `select a.id from ledger_account a
           join (select l.member_id, l.currency, max(a.id::text)::uuid as account from conciliation_line l
             join ledger_transaction t on t.tenant_id = $1 and t.id = l.movement_id join ledger_account a on a.tenant_id = $1 and a.id = t.account_id
             where l.tenant_id = $1 group by 1, 2) o on o.account = a.id
           where a.tenant_id = $1 and a.posted <>
             (select p.carried_forward from conciliation_payout p where p.tenant_id = $1 and p.member_id = o.member_id and p.currency = o.currency
              order by p.window_number desc limit 1)
             + (select coalesce(sum(p.payout), 0) from conciliation_payout p join conciliation_window w on w.tenant_id = $1 and w.id = p.window_id
                where p.tenant_id = $1 and p.member_id = o.member_id and p.currency = o.currency and w.state <> 'dispersed')`,
        ),
      ).toEqual([]);
      expect(await own.differences()).toEqual([]);
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 120_000);
