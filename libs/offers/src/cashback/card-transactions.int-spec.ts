import type { UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { cardItem, cardRefund, cashbackFixture, type CashbackFixture } from '../../../../test/support/cashback.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let bank: CashbackFixture;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl, { entities: tenancyEntities }));
});
afterAll(async () => {
  await close?.();
  await database?.close();
});
beforeEach(async () => void (bank = await cashbackFixture(uow)));
afterEach(async () => expect(await bank.differences()).toEqual([]));

const money = (amount: string) => ({ amount, currency: 'MXN' });

test('a purchase is authorized, clears at another amount, and is refunded in thirds: 33, 34, 33 (C3.6, C6.4)', async () => {
  await bank.shop('shop', {
    rateBps: 1_000,
    shares: { customer: 6_000, institution: 2_500, platform: 1_500 },
    fundedBy: { merchant: 7_000, institution: 2_000, platform: 1_000 },
  });
  const authorized = await bank.one(cardItem('p', 'ana', { status: 'approved', amount: '12.00' }));
  expect(authorized).toMatchObject({ status: 'rewarded', cashback: money('1.20'), conciliation: { status: 'pending' } });
  expect(await bank.paid('ana')).toBe(0n);
  const cleared = await bank.one(cardItem('p', 'ana', { amount: '10.00' }));
  expect(cleared).toMatchObject({
    transaction_id: authorized.transaction_id,
    cashback: money('1.00'),
    conciliation: { status: 'scheduled' },
  });
  expect(await bank.paid('ana')).toBe(100n);
  const takenBack: (string | undefined)[] = [];
  for (const [id, amount] of Object.entries({ r1: '3.33', r2: '3.34', r3: '3.33' }))
    takenBack.push((await bank.one(cardRefund(id, 'ana', 'p', amount))).cashback?.amount);
  expect(takenBack).toEqual(['-0.33', '-0.34', '-0.33']);
  expect(await bank.paid('ana')).toBe(0n);
  expect((await bank.transaction(authorized.transaction_id!)).conciliation).toMatchObject({ status: 'reversed' });
  expect(await bank.one(cardRefund('r4', 'ana', 'p', '0.01'))).toMatchObject({ status: 'rejected', reason: 'refund_exceeds_purchase' });
});
