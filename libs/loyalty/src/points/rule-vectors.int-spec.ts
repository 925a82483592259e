import { Reconcile } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import {
  daysOf,
  earnFact,
  loyaltyFixture,
  purchaseItem,
  redeemFact,
  refundItem,
  type LoyaltyFixture,
} from '../../../../test/support/loyalty.js';
import type { ProgramTerms } from '../programs/program.js';
import type { PointsFact, ReturnCause } from './points-fact.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = 'Asia/Kolkata';
const source = { channel: 'test', requestId: 'r' };
/** The vectors' year lies ahead, so that a sandbox clock reaches it. */
const YEAR = DateTime.now().setZone(ZONE).year + 1;
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.workerUrl));
});
afterAll(async () => {
  await close();
  await database.close();
});

const local = (date: string, hour = 0): DateTime => DateTime.fromISO(`${YEAR}-${date}`, { zone: ZONE }).plus({ hours: hour });
const on = (loyalty: LoyaltyFixture, date: string, hour = 12): LoyaltyFixture => loyalty.ahead(local(date, hour).toMillis() - Date.now());
const open = (terms: Partial<ProgramTerms> = {}): Promise<LoyaltyFixture> => loyaltyFixture(uow, database.ownerUrl, terms);
const said = async (loyalty: LoyaltyFixture, ...facts: PointsFact[]): Promise<(string | number)[]> =>
  (await loyalty.post(...facts)).map((outcome) =>
    outcome.status === 'refused' ? outcome.refusal.definition.code : 'shown' in outcome ? outcome.shown.points : outcome.status,
  );
const reverse = (transactionId: string, cause?: ReturnCause): PointsFact => ({ kind: 'reverse', source, transactionId, cause });

/** What is left of each lot of a member with its last day, what is available, and what has gone to breakage. */
const standing = (loyalty: LoyaltyFixture, reference = 'ann') =>
  uow.read(loyalty.ctx, async (tx) => {
    const { id } = await loyalty.room.findMembers.byReference(tx, reference);
    const lots = await loyalty.room.lots.list(tx, id, { limit: 20 });
    const [breakage] = await tx.query<{ posted: string }>(
      `select posted from ledger_account where tenant_id = $1 and purpose = 'expired'`,
      [tx.ctx.tenantId],
    );
    const lastDay = (end: string | null) => end && DateTime.fromISO(end, { zone: ZONE }).minus({ days: 1 }).toFormat('d MMM');
    return {
      lots: lots.map(({ remaining, expires_at }) => [remaining, lastDay(expires_at)]),
      available: (await loyalty.room.wallets.balance(tx, id, undefined, undefined)).available,
      breakage: Number(breakage!.posted),
      differences: (await new Reconcile().execute(tx)).differences,
    };
  });

test.each([
  [
    'restore_with_grace',
    undefined,
    [
      [0, '31 Mar'],
      [50, '30 Jun'],
      [30, null],
      [100, '2 May'],
    ],
    180,
    0,
  ],
  [
    'restore_and_expire',
    'requested',
    [
      [0, '31 Mar'],
      [50, '30 Jun'],
      [30, null],
    ],
    80,
    100,
  ],
  [
    'restore_and_expire',
    'rejected',
    [
      [0, '31 Mar'],
      [50, '30 Jun'],
      [30, null],
      [100, '2 May'],
    ],
    180,
    0,
  ],
  [
    'restore_and_expire',
    'supplier_failure',
    [
      [0, '31 Mar'],
      [50, '30 Jun'],
      [30, null],
      [100, '2 May'],
    ],
    180,
    0,
  ],
  [
    'restore_and_expire',
    'cancelled_by_staff',
    [
      [0, '31 Mar'],
      [50, '30 Jun'],
      [30, null],
      [100, '2 May'],
    ],
    180,
    0,
  ],
] as const)(
  'the vectors of C.1 with %s, cause %s (C1.2, C1.3, C1.4, C1.8, C2.1, C2.2, C2.3)',
  async (reversal_policy, cause, lots, available, breakage) => {
    const loyalty = await open({ reversal_policy, grace_days: 30 });
    const at = (date: string, hour?: number) => on(loyalty, date, hour);
    const end = (date: string) => ({ expiresAt: local(date).plus({ days: 1 }).toJSDate() });
    await at('03-01').posted(earnFact('ann', 100, end('03-31')), earnFact('ann', 50, end('06-30')), earnFact('ann', 30));
    const start = [
      [100, '31 Mar'],
      [50, '30 Jun'],
      [30, null],
    ];
    expect(await standing(at('03-01', 13))).toEqual({ lots: start, available: 180, breakage: 0, differences: [] });
    // The last day is inclusive.
    const [spent] = await at('03-31', 22).posted(redeemFact('ann', 120));
    const rest = {
      lots: [
        [0, '31 Mar'],
        [30, '30 Jun'],
        [30, null],
      ],
      available: 60,
      breakage: 0,
      differences: [],
    };
    expect(await standing(at('03-31', 23))).toEqual(rest);
    await daysOf(uow).execute(at('04-01', 0).ctx);
    expect(await standing(at('04-01', 1))).toEqual(rest);
    expect(await said(at('04-02'), reverse(spent!.id, cause))).toEqual([120]);
    expect(await standing(at('04-02', 13))).toEqual({ lots, available, breakage, differences: [] });
    expect(await said(at('04-02'), reverse(spent!.id))).toEqual(['already_reversed']);
  },
);

test('three refunds of 100.00 of 300.00 take 33, 34 and 33 of 100 points, by reference or by id; negative purchases are none (C3.1, C3.6)', async () => {
  const loyalty = await open({ points_per_unit: '0.333334' });
  const bought = await loyalty.batch('b', [purchaseItem('p-1', 'ann', '300.00'), purchaseItem('p-2', 'ann', '300.00')]);
  expect(bought.items.map(({ points }) => points)).toEqual([100, 100]);
  const { items } = await loyalty.batch('r', [
    ...['r-1', 'r-2', 'r-3', 'r-4'].map((id) => refundItem(id, 'ann', '100.00', 'p-1')),
    purchaseItem('p-3', 'ann', '-100.00'),
  ]);
  expect(items.map(({ points, code }) => code ?? points)).toEqual([-33, -34, -33, 'already_reversed', 'validation_error']);
  const second = bought.items[1]!.transaction_id!;
  const refund: PointsFact = {
    kind: 'refund_transaction',
    source,
    transactionId: second,
    refunded: { amount: '100.00', currency: 'USD' },
  };
  const parts = await loyalty.posted(refund, refund, refund);
  expect(parts.map(({ points, related_transaction_id: of, type }) => [points, of, type])).toEqual(
    [33, 34, 33].map((points) => [points, second, 'refund']),
  );
  expect(new Set([second, ...parts.map(({ id }) => id)]).size).toBe(4);
});

test('a refund waits for 90 days, then it is given up and reported, once; one whose purchase came is posted (C3.9)', async () => {
  const loyalty = await open();
  await loyalty.batch('early', [refundItem('r-1', 'ann', '5.00', 'never'), refundItem('r-2', 'ann', '5.00', 'late')]);
  const retry = (at: LoyaltyFixture) => uow.run(at.ctx, (tx) => at.room.retryParked.execute(tx));
  expect(await retry(loyalty.ahead(90 * DAY - HOUR))).toBe(0);
  await loyalty.ahead(90 * DAY - HOUR).batch('late', [purchaseItem('late', 'ann', '20.00')]);
  for (const hours of [1, 2]) await retry(loyalty.ahead(90 * DAY + hours * HOUR));
  expect(await standing(loyalty.ahead(91 * DAY))).toMatchObject({ available: 15 });
  const told = await uow.read(loyalty.ctx, (tx) =>
    tx.query(`select data from event where tenant_id = $1 and name = 'points.refund_given_up'`, [tx.ctx.tenantId]),
  );
  expect(told).toEqual([
    { data: { reference: 'r-1', original_reference: 'never', request_id: 'early', parked_at: expect.stringMatching(/Z$/) } },
  ]);
  const present = await uow.read(loyalty.ctx, (tx) => loyalty.room.findBatch.present(tx, 'early'));
  expect(present!.items.map(({ status, code }) => [status, code])).toEqual([
    ['rejected', 'original_not_found'],
    ['accepted', undefined],
  ]);
});

test('a shortage is a debt, never a lot or wallet below 0, and lots that end do not touch it (C1.10)', async () => {
  const loyalty = await open({ return_policy: 'allow_negative' });
  const ends = { expiresAt: new Date(Date.now() + 2 * DAY), availableAt: new Date(Date.now() + DAY) };
  const [bought] = await loyalty.posted(
    earnFact('ann', 0, { earned: { purchase: { amount: '50', currency: 'USD' } } }),
    redeemFact('ann', 50),
    earnFact('ann', 30, ends),
  );
  await loyalty.posted({ kind: 'refund_transaction', source, transactionId: bought!.id });
  const state = (at: LoyaltyFixture) =>
    uow.read(at.ctx, (tx) =>
      tx.query(
        `select (select min(remaining) from ledger_lot where tenant_id = $1) as lot, max(posted) filter (where purpose = 'wallet') as wallet,
           max(posted) filter (where purpose = 'debt') as debt, max(posted) filter (where purpose = 'expired') as expired
         from ledger_account where tenant_id = $1`,
        [tx.ctx.tenantId],
      ),
    );
  expect(await state(loyalty)).toEqual([{ lot: '0', wallet: '30', debt: '-50', expired: '0' }]);
  // What became available pays before it ends, also where the worker comes late.
  await daysOf(uow).execute(loyalty.ahead(4 * DAY).ctx);
  expect(await state(loyalty)).toEqual([{ lot: '0', wallet: '0', debt: '-20', expired: '0' }]);
});

test('another policy is for points earned from then on: lots keep their dates, and none begins to slide (C1.12)', async () => {
  const loyalty = await open({ expiry_policy: { type: 'rolling', months: 1 } });
  const policy = (at: LoyaltyFixture, expiry_policy: ProgramTerms['expiry_policy']) =>
    uow.run(at.ctx, (tx) =>
      at.room.savePrograms.update(tx, at.program.id, (known) => ({ ...known, terms: { ...known.terms, expiry_policy } })),
    );
  const at = (date: string, hour?: number) => on(loyalty, date, hour);
  await at('01-31').posted(earnFact('ann', 10));
  await policy(at('02-01'), { type: 'sliding', days: 100 });
  await at('02-01').posted(earnFact('ann', 20));
  await at('02-02').posted(redeemFact('ann', 1));
  const february = `${local('02-01').endOf('month').day} Feb`;
  const sliding = local('02-02').plus({ days: 100 }).toFormat('d MMM');
  expect((await standing(at('02-02', 13))).lots).toEqual([
    [9, february],
    [20, sliding],
  ]);
  await policy(at('02-03'), { type: 'none' });
  await at('02-03').posted(earnFact('ann', 40), redeemFact('ann', 1));
  expect((await standing(at('02-03', 13))).lots).toEqual([
    [8, february],
    [20, sliding],
    [40, null],
  ]);
});

test('points of a purchase are pending for whole local days, and their validity starts then; available_at of the caller wins (C1.6, C1.12)', async () => {
  const loyalty = await open({ activation_days: 3, expiry_policy: { type: 'rolling', months: 1 } });
  const at = (date: string, hour?: number) => on(loyalty, date, hour);
  const purchase = (amount: string, rest: object = {}) =>
    earnFact('ann', 0, { earned: { purchase: { amount, currency: 'USD' } }, ...rest });
  const today = at('03-10', 23);
  const [held] = await today.posted(
    purchase('100'),
    purchase('20', { availableAt: local('03-10', 23.5).toJSDate() }),
    // Bought long ago: nothing to wait for. Bought the day before: a day less.
    purchase('3', { occurredAt: local('03-01', 12).toJSDate() }),
    purchase('4', { occurredAt: local('03-09', 12).toJSDate() }),
    earnFact('ann', 5000),
  );
  await at('03-11').batch('b', [purchaseItem('p', 'ann', '700'), refundItem('r', 'ann', '700', 'p')]);
  const lots = (await standing(at('03-11'))).lots;
  expect(lots).toEqual([
    [100, '13 Apr'],
    [20, '10 Apr'],
    [3, '10 Apr'],
    [4, '12 Apr'],
    [5000, '10 Apr'],
    [0, '14 Apr'],
  ]);
  const seen = [
    ['03-11', 23],
    ['03-12', 0],
    ['03-12', 23],
    ['03-13', 0],
  ] as const;
  const available = await Promise.all(seen.map(async ([date, hour]) => (await standing(at(date, hour))).available));
  expect(available).toEqual([5023, 5027, 5027, 5127]);
  expect(await said(at('03-12', 23), { kind: 'refund_transaction', source, transactionId: held!.id })).toEqual(['invalid_state']);
  expect(await said(at('03-12', 23), { kind: 'void', source, transactionId: held!.id })).toEqual([100]);
  await uow.run(loyalty.ctx, (tx) =>
    loyalty.room.savePrograms.update(tx, loyalty.program.id, (known) => ({ ...known, terms: { ...known.terms, activation_days: 0 } })),
  );
  await at('03-12', 23).posted(purchase('1'));
  expect((await standing(at('03-12', 23.5))).available).toBe(5028);
});

test('a redemption is either a debit that is reversed or a hold that is captured or released, never both (C2.6)', async () => {
  const loyalty = await open();
  const hold: PointsFact = { kind: 'hold', source, member: { reference: 'ann' }, points: 60 };
  const [, debit, first, second] = await loyalty.posted(earnFact('ann', 200), redeemFact('ann', 50), hold, hold);
  const [captured] = await loyalty.posted({ kind: 'capture', source, holdId: first!.id });
  const release = (holdId: string): PointsFact => ({ kind: 'release', source, holdId });
  expect(await said(loyalty, reverse(first!.id), release(first!.id), release(debit!.id), reverse(second!.id))).toEqual([
    'invalid_state',
    'invalid_state',
    'not_found',
    'invalid_state',
  ]);
  const ends = [reverse(debit!.id, 'rejected'), reverse(captured!.id, 'rejected'), release(second!.id)];
  expect(await said(loyalty, ...ends, ...ends)).toEqual([50, 60, 60, 'already_reversed', 'already_reversed', 'invalid_state']);
  expect(await standing(loyalty)).toMatchObject({ available: 200, differences: [] });
});

test('amounts are read exactly, by the exponent of their currency and the scale of the points; currencies are never added (C4.1, C4.5)', async () => {
  const earned = async (currency: string, points_per_unit: string, scale: number, amounts: readonly (string | number)[]) => {
    const loyalty = await loyaltyFixture(uow, database.ownerUrl, { currency, points_per_unit }, scale);
    return said(
      loyalty,
      ...amounts.map((amount) => earnFact('ann', 0, { earned: { purchase: { amount, currency } } })),
      earnFact('ann', 0, { earned: { purchase: { amount: '1', currency: currency === 'USD' ? 'EUR' : 'USD' } } }),
    );
  };
  const bad = 'validation_error';
  // As floats 0.29 * 100 is 28.999…, 1.005 * 1000 is 1004.999… and 4.35 * 100 is 434.999…
  expect(await earned('USD', '100', 0, ['0.29', 0.29, 4.35, '1e3', '0.001', '9007199254.99'])).toEqual([
    29,
    29,
    435,
    bad,
    bad,
    900_719_925_499,
    bad,
  ]);
  expect(await earned('JPY', '0.01', 2, ['150', '150.5', 7])).toEqual([1.5, bad, 0.07, bad]);
  expect(await earned('KWD', '1000', 0, ['1.005', 1.005, '0.0001'])).toEqual([1005, 1005, bad, bad]);
});
