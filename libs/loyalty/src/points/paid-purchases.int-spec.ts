import { Reconcile } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import fc from 'fast-check';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { brokenInvariants } from '../../../../test/support/ledger-invariants.js';
import { earnFact, loyaltyFixture, purchaseItem, redeemFact, refundItem, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import { PreviewPosting } from '../transactions/preview-posting.js';
import { RefundByStaff } from '../transactions/refund-by-staff.operation.js';
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

const said = async (loyalty: LoyaltyFixture, fact: PointsFact): Promise<unknown> => {
  const [outcome] = await loyalty.post(fact);
  return outcome?.status === 'refused' ? [outcome.refusal.definition.code, outcome.refusal.details.errors] : outcome?.status;
};
const balanceOf = async (loyalty: LoyaltyFixture, reference = 'ann') => {
  const { id } = await uow.read(loyalty.ctx, (tx) => loyalty.room.findMembers.byReference(tx, reference));
  return (await uow.read(loyalty.ctx, (tx) => loyalty.room.wallets.balance(tx, id, undefined, undefined))).posted;
};
/** A purchase of 10.00, of which 4.00 were paid with points of a redemption. */
const bought = (redemption: object, rest: object = {}, paid: unknown = '4.00'): PointsFact =>
  earnFact('ann', 0, {
    reference: 'p-1',
    earned: { purchase: { amount: '10.00', currency: 'USD', paid_with_points: paid } },
    paidBy: redemption,
    ...rest,
  });
/** A tenant where Ann has 100 points left of 500 and a redemption `r-1` of 400; a point is worth 0.01, and 10 are earned for 1.00. */
async function stage(terms: object = {}) {
  const loyalty = await loyaltyFixture(uow, database.ownerUrl, { points_per_unit: '10', ...terms });
  const [, redeemed] = await loyalty.posted(earnFact('ann', 500), redeemFact('ann', 400, { reference: 'r-1' }));
  return { loyalty, redeemed: redeemed! };
}
const sound = async (loyalty: LoyaltyFixture) => {
  expect(await brokenInvariants(uow, loyalty.ctx)).toEqual([]);
  expect((await uow.read(loyalty.ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]);
};

test('a purchase names the redemption that paid for it: the same wallet’s, whole, once, and worth what it says', async () => {
  const { loyalty, redeemed } = await stage();
  const [, other, small, turned] = await loyalty.posted(
    earnFact('bo', 400),
    redeemFact('bo', 400, { reference: 'r-bo' }),
    redeemFact('ann', 10, { reference: 'r-small' }),
    redeemFact('ann', 10, { reference: 'r-turned' }),
  );
  await loyalty.posted({ kind: 'reverse', source, transactionId: turned!.id, points: 1 });
  const unknown = { redemption_id: ['This member has no such redemption in the program.'] };
  expect(await said(loyalty, bought({ id: other!.id }))).toEqual(['not_found', unknown]);
  expect(await said(loyalty, bought({ reference: 'nobody' }))).toMatchObject([
    'not_found',
    { redemption_reference: expect.any(Array) as unknown },
  ]);
  const state = (because: string) => ['invalid_state', { redemption_id: [because] }];
  expect(await said(loyalty, bought({ id: small!.id }))).toEqual(state('10 points at 0.01 are not 4.00 USD.'));
  expect(await said(loyalty, bought({ id: turned!.id }, {}, '0.10'))).toEqual(state('Points of this redemption were given back.'));
  expect(await said(loyalty, bought({ id: redeemed.id }, {}, '0'))).toMatchObject([
    'validation_error',
    { paid_with_points: expect.any(Array) as unknown },
  ]);

  // 8 at once, by id and by reference: one is paid with it.
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      said(loyalty, bought(n % 2 ? { id: redeemed.id.toUpperCase() } : { reference: 'r-1' }, { reference: `p-${n}` })),
    ),
  );
  expect(answers.filter((answer) => answer === 'posted')).toHaveLength(1);
  expect(answers.filter((answer) => answer !== 'posted')).toEqual(Array(7).fill(state('This redemption paid for another purchase.')));
  const reference = `p-${answers.indexOf('posted')}`;
  const again = bought({ reference: 'r-1' }, { reference });
  const [replayed] = await loyalty.posted(again);
  expect(replayed).toMatchObject({ points: 60, redemption_id: redeemed.id });
  // Given back and named again: the same purchase is still answered as it was.
  await loyalty.posted({ kind: 'refund_transaction', source, transactionId: replayed!.id });
  expect(await said(loyalty, again)).toBe('replayed');
  expect(await said(loyalty, { ...again, paidBy: undefined } as PointsFact)).toMatchObject(['idempotency_key_reused', expect.anything()]);
  // Within one list, and captures of holds.
  const [hold] = await loyalty.posted({ kind: 'hold', source, member: { reference: 'ann' }, points: 100 });
  const [captured] = await loyalty.posted({ kind: 'capture', source, holdId: hold!.id });
  const two = await loyalty.post(...['a', 'b'].map((name) => bought({ id: captured!.id }, { reference: name }, '1.00')));
  expect(two.map(({ status }) => status)).toEqual(['posted', 'refused']);
  await sound(loyalty);
});

test('parts of a refund give the points back in proportion, and claw the earning back, whichever way they come (C3.6, C3.8)', async () => {
  const { loyalty, redeemed } = await stage();
  const refundOf = (id: string, amount: string): PointsFact => ({
    kind: 'refund',
    source,
    member: { reference: 'ann' },
    reference: id,
    originalReference: 'p-1',
    purchase: { amount, currency: 'USD' },
  });
  // A refund before its purchase waits, and gives back with it.
  await loyalty.batch('early', [refundItem('x-0', 'ann', '3.33', 'p-1')]);
  const { items } = await loyalty.batch('b', [
    purchaseItem('p-1', 'ann', '10.00', { paid_with_points: '4.00', redemption_reference: 'r-1' }),
    refundItem('x-1', 'ann', '3.33', 'p-1'),
  ]);
  expect(items.map(({ points }) => points)).toEqual([60, -20]);
  expect(await balanceOf(loyalty)).toBe(100 + 60 - 20 - 20 + 133 + 133);
  const [again] = await loyalty.posted(refundOf('x-1', '3.33'));
  expect(again).toMatchObject({ points: 20, returned: { points: 133 } });
  const [returned, explained] = await uow.read(loyalty.ctx, async (tx) => [
    await loyalty.room.transactions.byId(tx, again!.returned!.transaction_id),
    await loyalty.room.transactions.explain(tx, again!.id),
  ]);
  expect(returned).toMatchObject({ type: 'refund', points: 133, related_transaction_id: redeemed.id });
  expect(explained.returned).toMatchObject({ transaction: { id: returned.id }, lots: [], allocations: [{ points: 133 }] });

  // By staff and by the id of the purchase: seen before, then done.
  const [purchase] = await loyalty.posted(bought({ reference: 'r-1' }));
  const byStaff = () =>
    uow.run(loyalty.ctx, (tx) =>
      new PreviewPosting(loyalty.room.transactions).of(tx, () =>
        new RefundByStaff(loyalty.room.postPoints).execute(tx, { transactionId: purchase!.id, amount: '3.00', reason: 'x', source }),
      ),
    );
  expect((await byStaff()).returned).toMatchObject({ transaction: { points: 120 }, allocations: [{ points: 120 }] });
  expect((await byStaff()).returned).toMatchObject({ transaction: { points: 120 } });
  const [last] = await loyalty.posted({ kind: 'refund_transaction', source, transactionId: purchase!.id });
  expect(last).toMatchObject({ points: 20, returned: { points: 134 } });
  expect(await balanceOf(loyalty)).toBe(500);
  expect(await said(loyalty, { kind: 'reverse', source, transactionId: redeemed.id })).toMatchObject([
    'already_reversed',
    expect.anything(),
  ]);
  const events = await uow.read(loyalty.ctx, (tx) =>
    tx.query<{ id: string }>(`select data->>'related_transaction_id' as id from event where tenant_id = $1 and name = 'points.reversed'`, [
      tx.ctx.tenantId,
    ]),
  );
  expect(events.map(({ id }) => id).sort()).toEqual([...Array<string>(3).fill(purchase!.id), ...Array<string>(3).fill(redeemed.id)].sort());
  await sound(loyalty);
});

test('a void gives back the whole; what was given back by hand before is not given twice', async () => {
  const { loyalty, redeemed } = await stage({ activation_days: 2 });
  const [purchase] = await loyalty.posted(bought({ reference: 'r-1' }));
  await loyalty.posted({ kind: 'reverse', source, transactionId: redeemed.id, points: 150 });
  const [voided] = await loyalty.posted({ kind: 'void', source, transactionId: purchase!.id });
  expect(voided).toMatchObject({ type: 'void', points: 60, returned: { points: 250 } });
  expect(await balanceOf(loyalty)).toBe(500);
  await sound(loyalty);
});

test('points whose day has passed come back with grace, whose limits of redemption they free', async () => {
  const { loyalty } = await stage({
    expiry_policy: { type: 'rolling', days: 3 },
    grace_days: 5,
    redeem_limits: [{ per: 'month', points: '500', count: null }],
  });
  await loyalty.posted(bought({ reference: 'r-1' }));
  const later = loyalty.ahead(5 * DAY);
  const [refund] = await later.posted({
    kind: 'refund',
    source,
    member: { reference: 'ann' },
    reference: 'x',
    originalReference: 'p-1',
    purchase: { amount: '5.00', currency: 'USD' },
  });
  expect(refund).toMatchObject({ points: 0, returned: { points: 200 } });
  expect(await said(later, redeemFact('ann', 201))).toMatchObject(['insufficient_balance', { available: 200 }]);
  expect(await said(later.ahead(4 * DAY), redeemFact('ann', 200))).toBe('posted');
  await sound(loyalty);
});

test('any partition of a full refund gives back exactly what was redeemed and takes back exactly what was earned (C11.3)', async () => {
  const { loyalty } = await stage({ point_value: null });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (points, money, parts, byId) => {
        const name = `run-${++run}`;
        const cents = parts.reduce((sum, part) => sum + part, 0);
        const paid = Math.max(1, cents - money);
        const text = (amount: number): string => (amount / 100).toFixed(2);
        const before = await balanceOf(loyalty);
        const purchase = { amount: text(cents), currency: 'USD', paid_with_points: text(paid) };
        await loyalty.posted(redeemFact('ann', points, { reference: name }));
        const [posted] = await loyalty.posted(earnFact('ann', 0, { reference: name, paidBy: { reference: name }, earned: { purchase } }));
        const refunds = parts.map((part, index): PointsFact =>
          byId
            ? {
                kind: 'refund_transaction',
                source,
                transactionId: posted!.id,
                reference: `${name}-${index}`,
                refunded: { amount: text(part), currency: 'USD' },
              }
            : {
                kind: 'refund',
                source,
                member: { reference: 'ann' },
                reference: `${name}-${index}`,
                originalReference: name,
                purchase: { amount: text(part), currency: 'USD' },
              },
        );
        // Some in one list, some alone, each three times at once.
        const [first, ...rest] = refunds;
        await Promise.all([1, 2, 3].map(() => loyalty.posted(first!)));
        if (rest.length > 0) await Promise.all([1, 2, 3].map(() => loyalty.posted(...rest)));
        expect(await balanceOf(loyalty)).toBe(before);
      },
    ),
    { numRuns: 12 },
  );
  await sound(loyalty);
}, 60_000);
