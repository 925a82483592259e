import { Reconcile } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
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
import { DateTime } from 'luxon';
import type { PointsFact } from './points-fact.js';

const DAY = 86_400_000;
const source = { channel: 'test', requestId: 'r' };
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
});
afterAll(async () => {
  await close();
  await database.close();
});

const refusalOf = async (loyalty: LoyaltyFixture, fact: PointsFact): Promise<string | undefined> => {
  const [outcome] = await loyalty.post(fact);
  return outcome?.status === 'refused' ? outcome.refusal.definition.code : outcome?.status;
};
const balanceOf = async (loyalty: LoyaltyFixture, reference: string) => {
  const { id } = await uow.read(loyalty.ctx, (tx) => loyalty.room.findMembers.byReference(tx, reference));
  return uow.read(loyalty.ctx, (tx) => loyalty.room.wallets.balance(tx, id, undefined, undefined));
};
const purchaseFact = (member: string, amount: string, rest: object = {}): PointsFact =>
  earnFact(member, 0, { earned: { purchase: { amount, currency: 'USD' } }, ...rest });
const shown = (loyalty: LoyaltyFixture, id: string) => uow.read(loyalty.ctx, (tx) => loyalty.room.transactions.byId(tx, id));

test('a manual credit and debit move points against the adjustment account, once under their reference', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { expiry_policy: { type: 'rolling', days: 10 } });
  await loyalty.posted(earnFact('ann', 5));
  const credit: PointsFact = {
    kind: 'adjust_credit',
    source,
    member: { reference: 'ann' },
    points: 50,
    reasonCode: 'goodwill',
    reference: 'g1',
  };
  const [credited] = await loyalty.posted(credit);
  expect(credited).toMatchObject({ type: 'adjust_credit', status: 'completed', points: 50, balance_after: 55, reference: 'g1' });
  expect((await loyalty.posted(credit))[0]!.id).toBe(credited!.id);
  expect(await refusalOf(loyalty, { ...credit, points: 51 })).toBe('idempotency_key_reused');
  const debit: PointsFact = { kind: 'adjust_debit', source, member: { reference: 'ann' }, points: 56, reasonCode: 'mistake' };
  expect(await refusalOf(loyalty, debit)).toBe('insufficient_balance');
  expect((await loyalty.posted({ ...debit, points: 15 }))[0]).toMatchObject({ type: 'adjust_debit', points: 15, balance_after: 40 });
  const { lots } = await uow.read(loyalty.ctx, (tx) => loyalty.room.transactions.explain(tx, credited!.id));
  expect(lots).toMatchObject([{ original: 50, expires_at: expect.any(String) }]);
});

test('a void ends a pending earning and deletes nothing; what has become available is refunded instead (C3.10)', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl);
  const [earned, later] = await loyalty.posted(
    earnFact('bo', 40, { availableAt: new Date(Date.now() + 3 * DAY) }),
    earnFact('bo', 9, { availableAt: new Date(Date.now() + 3 * DAY) }),
  );
  const voids = (id: string): PointsFact => ({ kind: 'void', source, transactionId: id, reason: 'cancelled' });
  expect(await refusalOf(loyalty, { kind: 'refund_transaction', source, transactionId: earned!.id })).toBe('invalid_state');
  const [voided] = await loyalty.posted(voids(earned!.id));
  expect(voided).toMatchObject({ type: 'void', points: 40, related_transaction_id: earned!.id, balance_after: 9 });
  expect(await shown(loyalty, earned!.id)).toMatchObject({ status: 'voided', points: 40 });
  expect(await refusalOf(loyalty, voids(earned!.id))).toBe('already_reversed');
  expect(await balanceOf(loyalty, 'bo')).toMatchObject({ posted: 9, available: 0, pending: 9 });
  const ahead = loyalty.ahead(4 * DAY);
  expect(await refusalOf(ahead, voids(later!.id))).toBe('invalid_state');
  expect(await balanceOf(ahead, 'bo')).toMatchObject({ posted: 9, available: 9, pending: 0 });
  expect(await refusalOf(loyalty, voids('00000000-0000-7000-8000-000000000000'))).toBe('not_found');
});

test('a completed transaction is refunded by amount or points, cumulatively and never beyond itself (C3.6, C3.7)', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { points_per_unit: '0.333333' });
  const [bought] = await loyalty.posted(purchaseFact('cy', '300.00'));
  expect(bought!.points).toBe(99);
  const refund = (refunded?: object): PointsFact =>
    ({ kind: 'refund_transaction', source, transactionId: bought!.id, ...(refunded && { refunded }) }) as PointsFact;
  const parts = await loyalty.posted(refund({ amount: '100.00', currency: 'USD' }), refund({ amount: '100.00', currency: 'USD' }));
  expect(parts.map((part) => [part.type, part.points])).toEqual([
    ['refund', 33],
    ['refund', 33],
  ]);
  expect(await shown(loyalty, bought!.id)).toMatchObject({ status: 'partially_refunded' });
  expect(await refusalOf(loyalty, refund({ amount: '100.01', currency: 'USD' }))).toBe('limit_exceeded');
  expect((await loyalty.posted(refund()))[0]).toMatchObject({ points: 33, balance_after: 0 });
  expect(await shown(loyalty, bought!.id)).toMatchObject({ status: 'refunded' });

  const [, spent] = await loyalty.posted(earnFact('cy', 50), redeemFact('cy', 30));
  const back = (refunded: object): PointsFact => ({ kind: 'refund_transaction', source, transactionId: spent!.id, refunded }) as PointsFact;
  expect(await refusalOf(loyalty, back({ amount: '1.00', currency: 'USD' }))).toBe('validation_error');
  expect((await loyalty.posted(back({ points: 10 })))[0]).toMatchObject({ type: 'refund', points: 10, balance_after: 30 });
  expect(await refusalOf(loyalty, back({ points: 21 }))).toBe('limit_exceeded');
});

test('what was paid with points earns nothing, alone and in a batch; a refund takes back in proportion to the whole (C3.8)', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { points_per_unit: '0.5' });
  const purchase = (paid_with_points: unknown): object => ({
    earned: { purchase: { amount: '100.00', currency: 'USD', paid_with_points } },
  });
  const [bought] = await loyalty.posted(earnFact('cyd', 0, { reference: 'p-1', ...purchase('40.5') }));
  expect(bought!.points).toBe(29);
  for (const paid of ['100.01', '-1', '1.005', 'x'])
    expect(await refusalOf(loyalty, earnFact('cyd', 0, purchase(paid)))).toBe('validation_error');
  expect((await loyalty.posted(earnFact('cyd', 0, purchase(100))))[0]!.points).toBe(0);
  const { items } = await loyalty.batch('b', [
    purchaseItem('p-2', 'cyd', '100.00', { paid_with_points: '40' }),
    refundItem('r-2', 'cyd', '50.00', 'p-2'),
    purchaseItem('p-1', 'cyd', '100.00', { paid_with_points: '40.50' }),
  ]);
  expect(items.map(({ status, points }) => [status, points])).toEqual([
    ['accepted', 30],
    ['accepted', -15],
    ['duplicate', 0],
  ]);
});

test('with allow_negative what a refund does not find is owed, and the next points pay it first, visibly (C3.4)', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { return_policy: 'allow_negative' });
  const [bought] = await loyalty.posted(purchaseFact('di', '50.00'), redeemFact('di', 30));
  const [refund] = await loyalty.posted({ kind: 'refund_transaction', source, transactionId: bought!.id });
  expect(refund).toMatchObject({ type: 'refund', points: 20, owed: 30, balance_after: 0 });
  expect(await shown(loyalty, refund!.id)).toMatchObject({ points: 20, owed: 30 });
  expect(await balanceOf(loyalty, 'di')).toMatchObject({ posted: 0, available: 0, owed: 30 });
  const before = await balanceOf(loyalty, 'di');

  const [some, pending] = await loyalty.posted(earnFact('di', 10), earnFact('di', 100, { availableAt: new Date(Date.now() + DAY) }));
  expect(some).toMatchObject({ type: 'earn', points: 10, balance_after: 10 });
  expect(await balanceOf(loyalty, 'di')).toMatchObject({ posted: 100, available: 0, pending: 100, owed: 20 });
  const ahead = loyalty.ahead(2 * DAY);
  expect(await balanceOf(ahead, 'di')).toMatchObject({ posted: 100, available: 80, pending: 0, owed: 20 });
  expect(await refusalOf(ahead, redeemFact('di', 81))).toBe('insufficient_balance');
  expect(await balanceOf(ahead, 'di')).toMatchObject({ posted: 80, available: 80, owed: 0 });

  const { id } = await uow.read(loyalty.ctx, (tx) => loyalty.room.findMembers.byReference(tx, 'di'));
  const list = await uow.read(ahead.ctx, (tx) => loyalty.room.transactions.list(tx, { memberId: id, type: 'debt_settled', limit: 9 }));
  expect(list.map(({ points, related_transaction_id, balance_after }) => ({ points, related_transaction_id, balance_after }))).toEqual([
    { points: 20, related_transaction_id: pending!.id, balance_after: 80 },
    { points: 10, related_transaction_id: some!.id, balance_after: 0 },
  ]);
  const { entries } = await uow.read(ahead.ctx, (tx) => loyalty.room.transactions.explain(tx, refund!.id));
  expect(entries.filter(({ purpose }) => purpose === 'debt')).toMatchObject([{ points: -30, balance_after: -30 }]);
  expect(await uow.read(ahead.ctx, (tx) => loyalty.room.wallets.balance(tx, id, undefined, new Date(before.as_of)))).toEqual(before);
  const events = await uow.read(ahead.ctx, (tx) =>
    tx.query(`select data from event where tenant_id = $1 and name = 'points.debt_settled'`, [ahead.ctx.tenantId]),
  );
  expect(events).toHaveLength(2);
  expect((await uow.read(ahead.ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]);
});

test('a transfer pays what its receiver owes; a transfer itself is never owed', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { return_policy: 'allow_negative' });
  const [bought] = await loyalty.posted(purchaseFact('ed', '50.00'), redeemFact('ed', 50), earnFact('fy', 40));
  await loyalty.posted({ kind: 'refund_transaction', source, transactionId: bought!.id });
  const [sent] = await loyalty.posted({ kind: 'transfer', source, from: { reference: 'fy' }, to: { reference: 'ed' }, points: 15 });
  expect(await balanceOf(loyalty, 'ed')).toMatchObject({ posted: 0, owed: 35 });
  expect(await refusalOf(loyalty, { kind: 'reverse', source, transactionId: sent!.id })).toBe('insufficient_balance');
});

test('a program limits what is redeemed in a day and how often; a reversal and an ended hold give it back (C2.7)', async () => {
  const today = await loyaltyFixture(uow, database.ownerUrl, { redeem_limits: [{ per: 'day', points: '100', count: 3 }] });
  const noon = DateTime.now().setZone('Asia/Kolkata').startOf('day').plus({ hours: 36 });
  const loyalty = today.ahead(noon.toMillis() - Date.now());
  const hold: PointsFact = { kind: 'hold', source, member: { reference: 'gus' }, points: 30 };
  const [, first, held] = await loyalty.posted(earnFact('gus', 1_000), redeemFact('gus', 60), hold);
  expect(await refusalOf(loyalty, redeemFact('gus', 11))).toBe('limit_exceeded');
  await loyalty.posted({ kind: 'capture', source, holdId: held!.id, points: 20 });
  await loyalty.posted(redeemFact('gus', 20));
  expect(await refusalOf(loyalty, redeemFact('gus', 1))).toBe('limit_exceeded');
  await loyalty.posted({ kind: 'reverse', source, transactionId: first!.id, points: 10 });
  expect(await refusalOf(loyalty, redeemFact('gus', 1))).toBe('limit_exceeded');
  await loyalty.posted({ kind: 'reverse', source, transactionId: first!.id });

  const list = await loyalty.post(redeemFact('gus', 2_000), redeemFact('gus', 60), redeemFact('gus', 1));
  expect(list.map((outcome) => (outcome.status === 'refused' ? outcome.refusal.definition.code : outcome.status))).toEqual([
    'limit_exceeded',
    'posted',
    'limit_exceeded',
  ]);
  const tomorrow = loyalty.ahead(DAY);
  const atOnce = await Promise.all(Array.from({ length: 6 }, () => refusalOf(tomorrow, redeemFact('gus', 20))));
  expect(atOnce.filter((code) => code === 'posted')).toHaveLength(3);
  expect(atOnce.filter((code) => code === 'limit_exceeded')).toHaveLength(3);
});

test('what a list gives back is there for those after it in the list, as it would be one by one (C2.7)', async () => {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { redeem_limits: [{ per: 'week', points: '100', count: 2 }] });
  const hold: PointsFact = { kind: 'hold', source, member: { reference: 'hal' }, points: 40 };
  const [, first, held] = await loyalty.posted(earnFact('hal', 1_000), redeemFact('hal', 60), hold);
  const reverse = (points?: number): PointsFact => ({ kind: 'reverse', source, transactionId: first!.id, points });
  const release: PointsFact = { kind: 'release', source, holdId: held!.id };
  const list = await loyalty.post(
    reverse(30),
    redeemFact('hal', 1),
    reverse(),
    redeemFact('hal', 61),
    redeemFact('hal', 60),
    release,
    redeemFact('hal', 40),
    redeemFact('hal', 1),
  );
  const refused = 'limit_exceeded';
  expect(list.map((outcome) => (outcome.status === 'refused' ? outcome.refusal.definition.code : outcome.status))).toEqual([
    'posted',
    refused,
    'posted',
    refused,
    'posted',
    'posted',
    'posted',
    refused,
  ]);
});

test('under a sliding expiry activity moves the end of all points on, on record, and revives nothing', async () => {
  const today = await loyaltyFixture(uow, database.ownerUrl, { expiry_policy: { type: 'sliding', days: 10 } });
  const days = daysOf(uow);
  await today.posted(
    earnFact('hal', 100),
    earnFact('hal', 7, { expiresAt: new Date(Date.now() + 12 * DAY) }),
    earnFact('ida', 40),
    earnFact('ida', 5, { availableAt: new Date(Date.now() + 2 * DAY) }),
  );
  const before = await balanceOf(today, 'hal');
  const ninth = today.ahead(9 * DAY);
  const [spent] = await ninth.posted(redeemFact('hal', 10));
  const { id } = await uow.read(ninth.ctx, (tx) => ninth.room.findMembers.byReference(tx, 'hal'));
  const lots = await uow.read(ninth.ctx, (tx) => ninth.room.lots.list(tx, id, { limit: 9 }));
  const end = DateTime.fromISO(before.as_of, { zone: 'Asia/Kolkata' }).startOf('day').plus({ days: 20 });
  expect(lots.map(({ remaining, expires_at }) => [remaining, Math.abs(Date.parse(expires_at!) - end.toMillis()) <= DAY])).toEqual([
    [90, true],
    [7, false],
  ]);
  const [known] = await uow.read(ninth.ctx, (tx) =>
    tx.query<{ redated: { lot: string; after: string }[] }>(
      `select details->'redated' as redated from ledger_transaction where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, spent!.id],
    ),
  );
  expect(known!.redated).toMatchObject([{ lot: lots[0]!.id, after: lots[0]!.expires_at }]);

  const thirteenth = today.ahead(13 * DAY);
  expect(await balanceOf(thirteenth, 'hal')).toMatchObject({ available: 90 });
  expect(await balanceOf(thirteenth, 'ida')).toMatchObject({ posted: 45, available: 0 });
  await thirteenth.posted(earnFact('ida', 1));
  expect(await balanceOf(thirteenth, 'ida')).toMatchObject({ posted: 46, available: 1 });
  await days.execute(thirteenth.ctx);
  expect(await balanceOf(thirteenth, 'ida')).toMatchObject({ posted: 1, available: 1 });
  const asOf = new Date(Date.parse(before.as_of) + 11 * DAY);
  expect(await uow.read(thirteenth.ctx, (tx) => today.room.wallets.balance(tx, id, undefined, asOf))).toMatchObject({
    posted: 97,
    available: 97,
  });
  expect(await uow.read(thirteenth.ctx, (tx) => today.room.wallets.balance(tx, id, undefined, new Date(before.as_of)))).toEqual(before);
  await days.execute(today.ahead(21 * DAY).ctx);
  expect(await balanceOf(today.ahead(21 * DAY), 'hal')).toMatchObject({ posted: 0 });
  expect((await uow.read(today.ahead(21 * DAY).ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]);
});
