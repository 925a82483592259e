import type { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { loyaltyFixture, purchaseItem, redeemFact, refundItem, type LoyaltyFixture } from '../../../../test/support/loyalty.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let loyalty: LoyaltyFixture;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
  loyalty = await loyaltyFixture(uow, database.ownerUrl);
});
afterAll(async () => {
  await close();
  await database.close();
});

const balanceOf = async (reference: string): Promise<number> => {
  const member = await uow.read(loyalty.ctx, (tx) => loyalty.room.findMembers.byReference(tx, reference));
  return member.wallets[0]!.balance;
};

describe('a batch of purchases and refunds', () => {
  test('floors each purchase, enrolls on first sight, counts 0.00 as accepted with 0 points', async () => {
    const batch = await loyalty.batch('b-1', [
      purchaseItem('p-1', 'anna', '11.77'),
      purchaseItem('p-2', 'anna', '0.00'),
      purchaseItem('p-3', 'bela', '77.00'),
    ]);
    expect(batch).toMatchObject({ processed: 3, accepted: 3, duplicates: 0, rejected: 0, points: 88 });
    expect(await balanceOf('anna')).toBe(11);
  });

  test('the same request answers the stored result; other content under it is refused (C5.1 to C5.3)', async () => {
    const items = [purchaseItem('p-4', 'carl', '10.00')];
    const first = await loyalty.batch('b-2', items);
    expect(await loyalty.batch('b-2', items)).toEqual(first);
    await expect(loyalty.batch('b-2', [purchaseItem('p-4', 'carl', '20.00')])).rejects.toMatchObject({
      definition: { code: 'idempotency_key_reused' },
    });
    expect(await balanceOf('carl')).toBe(10);
  });

  test('an item in another batch is a duplicate of the original, twice in one batch counts once (C5.6)', async () => {
    const {
      items: [original],
    } = await loyalty.batch('b-3', [purchaseItem('p-5', 'dora', '10.00')]);
    const again = await loyalty.batch('b-4', [
      purchaseItem('p-5', 'dora', '10.00'),
      purchaseItem('p-6', 'dora', '5.00'),
      purchaseItem('p-6', 'dora', '5.00'),
    ]);
    expect(again.items.map((item) => item.status)).toEqual(['duplicate', 'accepted', 'duplicate']);
    expect(again.items[0]!.transaction_id).toBe(original!.transaction_id);
    expect(again.points).toBe(5);
  });

  test('one bad item never fails the batch (C5.7)', async () => {
    const batch = await loyalty.batch('b-5', [
      purchaseItem('p-7', 'emil', '10.00'),
      purchaseItem('p-8', 'emil', '1.001'),
      { ...purchaseItem('p-9', 'emil', '1.00'), currency: 'EUR' },
      purchaseItem('p-5', 'emil', '10.00'),
    ]);
    expect(batch.items.map(({ status, code }) => [status, code])).toEqual([
      ['accepted', undefined],
      ['rejected', 'validation_error'],
      ['rejected', 'validation_error'],
      ['rejected', 'idempotency_key_reused'],
    ]);
  });

  test('three refunds of a third take 33, 34, 33, also when purchase and refund share a batch (C3.6)', async () => {
    const batch = await loyalty.batch('b-6', [purchaseItem('p-10', 'fred', '300.00'), refundItem('r-1', 'fred', '100.00', 'p-10')]);
    expect(batch.items[1]).toMatchObject({ status: 'accepted', points: -100 });
    expect(batch.points).toBe(200);
    const more = await loyalty.batch('b-7', [
      refundItem('r-2', 'fred', '150.00', 'p-10'),
      refundItem('r-3', 'fred', '100.00', 'p-10'),
      refundItem('r-1', 'fred', '100.00', 'p-10'),
    ]);
    expect(more.items.map((item) => item.code ?? item.status)).toEqual(['accepted', 'limit_exceeded', 'duplicate']);
    expect(await balanceOf('fred')).toBe(50);
  });

  test('a refund takes back no more than the member has left (C3.3)', async () => {
    await loyalty.batch('b-8', [purchaseItem('p-11', 'gina', '100.00')]);
    await loyalty.posted(redeemFact('gina', 80));
    const batch = await loyalty.batch('b-9', [refundItem('r-4', 'gina', '100.00', 'p-11')]);
    expect(batch.items[0]).toMatchObject({ status: 'accepted', points: -20 });
    expect(await balanceOf('gina')).toBe(0);
  });

  test('a refund before its purchase waits, and is posted when it comes (C3.9)', async () => {
    const early = await loyalty.batch('b-10', [refundItem('r-5', 'hugo', '40.00', 'p-12')]);
    expect(early.items[0]).toMatchObject({ status: 'accepted', code: 'parked', points: 0 });
    expect((await loyalty.batch('b-11', [refundItem('r-5', 'hugo', '40.00', 'p-12')])).items[0]).toMatchObject({ status: 'duplicate' });
    await loyalty.batch('b-12', [purchaseItem('p-12', 'hugo', '100.00')]);
    expect(await balanceOf('hugo')).toBe(60);
    const present = await uow.read(loyalty.ctx, (tx) => loyalty.room.findBatch.present(tx, 'b-10'));
    expect(present).toMatchObject({ points: -40, items: [{ id: 'r-5', status: 'accepted', points: -40 }] });
  });

  test('a refund names the purchase of its own member only', async () => {
    const batch = await loyalty.batch('b-13', [refundItem('r-6', 'anna', '5.00', 'p-3')]);
    expect(batch.items[0]).toMatchObject({ status: 'rejected', code: 'not_found' });
  });

  test('5,000 purchases at once, and the same sent by four callers at once: counted once (IDM-12)', async () => {
    const items = Array.from({ length: 5_000 }, (_, n) => purchaseItem(`q-${n}`, `m-${n % 700}`, `${(n % 90) + 1}.50`));
    const started = Date.now();
    const batches = await Promise.all(['x-1', 'x-2', 'x-3', 'x-4'].map((id) => loyalty.batch(id, items)));
    console.log(`4 x 5,000 items, one fresh and three repeats: ${Date.now() - started} ms`);
    expect(batches.map((batch) => batch.accepted).sort((a, b) => b - a)).toEqual([5_000, 0, 0, 0]);
    expect(batches.reduce((sum, batch) => sum + batch.points, 0)).toBe(
      items.reduce((sum, item) => sum + Math.floor(Number(item.amount)), 0),
    );
  });
});
