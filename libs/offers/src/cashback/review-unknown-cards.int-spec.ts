import type { TenantContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { cardItem, cardRefund, cashbackFixture, type CashbackFixture } from '../../../../test/support/cashback.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { openMerchant, openOffer } from '../../../../test/support/offers.js';
import { SaveMerchant } from '../merchants/save-merchant.operation.js';
import type { Identifiers } from '../merchants/merchant.js';
import type { CardItem } from './card-item.js';

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

/** So many minutes from now, by the tenant's clock. */
const inMinutes = (minutes: number): TenantContext => ({ ...bank.ctx, clockOffsetMs: minutes * 60_000 });
const days = (number: number): number => number * 24 * 60;

/** Looks through all, two at a time; in how many steps. */
async function review(minutes = 2): Promise<number> {
  for (let steps = 1; ; steps++) if (!(await uow.run(inMinutes(minutes), (tx) => bank.room.reviewUnknown.execute(tx, 2)))) return steps;
}

const nowKnown = async (identifiers: Partial<Identifiers>, minutes = 0, given: Parameters<typeof openOffer>[3] = {}) => {
  const merchant = await openMerchant(uow, inMinutes(minutes), { name: 'Late', identifiers });
  await openOffer(uow, inMinutes(minutes), merchant.id, { startsAt: new Date('1990-01-01T00:00:00Z'), ...given });
  return merchant.id;
};
const at = (id: string, merchant: CardItem['merchant'], given: Partial<CardItem> = {}, member = 'ana') =>
  cardItem(id, member, { merchant, ...given });
const reasons = async (...ids: string[]) =>
  (await Promise.all(ids.map(bank.transaction))).map(({ reason, cashback }) => reason ?? cashback.amount);

test('purchases whose merchant becomes known are rewarded as of their time, in order, under the caps, and told of', async () => {
  const batch = await bank.batch([
    at('p1', { merchant_id: 'M 1' }),
    at('p2', { terminal_id: 'T-1' }, { status: 'approved' }),
    at('p3', { descriptor: 'SQ *PANADERIA ROSETTA 0432 CDMX' }),
    at('p4', { descriptor: 'PANADERIA ROSETA' }, {}, 'ben'),
    at('p5', { merchant_id: 'another' }),
    at('p6', { merchant_id: 'm1' }),
    at('p7', { merchant_id: 'm1' }, {}, 'cleo'),
    cardRefund('r1', 'ana', 'p1', '40.00'),
    at('p8', { merchant_id: 'm1' }, {}, 'dora'),
  ]);
  const [p1, p2, p3, p4, p5, p6, p7, , p8] = batch.items.map(({ transaction_id: id }) => id!);
  expect(await reasons(p1!, p2!, p3!, p4!, p5!)).toEqual(Array(5).fill('merchant_unknown'));
  await uow.run(bank.ctx, async (tx) => {
    await tx.query(`update member set status = 'closed' where tenant_id = $1 and reference = 'cleo'`, [bank.ctx.tenantId]);
    await bank.room.decide.execute(tx, { transactionId: p8!, merchantId: null });
  });
  // Nothing has changed among merchants yet; what has changed a moment ago is not looked at until it is all there.
  expect(await review()).toBe(1);
  const identifiers = { merchantIds: ['M1'], terminalIds: ['t-1'], descriptors: ['Panaderia Rosetta'] };
  await nowKnown(identifiers, 0, { rateBps: 1_000, capPeriod: 'month', capPerPeriod: 2_000n });
  await review(0);
  expect(await reasons(p1!)).toEqual(['merchant_unknown']);
  expect(await review()).toBeGreaterThan(3);
  expect(await reasons(p1!, p2!, p3!, p4!, p5!, p6!, p7!, p8!)).toEqual([
    ...['6.00', '10.00', '4.00', '10.00', 'merchant_unknown', 'cap_reached'],
    ...['member_not_active', 'merchant_dismissed'],
  ]);
  expect(await Promise.all([p1!, p2!, p4!].map(bank.transaction))).toMatchObject([
    { merchant: { matched_by: 'identifier' }, conciliation: { status: 'scheduled' } },
    { merchant: { matched_by: 'identifier' }, conciliation: { status: 'pending' } },
    { merchant: { matched_by: 'likeness' } },
  ]);
  expect([await bank.paid('ana'), await bank.paid('ben')]).toEqual([1_000n, 1_000n]);
  const told = await uow.read(bank.ctx, (tx) =>
    tx.query<{ name: string; id: string }>(
      `select name, data ->> 'transaction_id' as id from event where tenant_id = $1 and name like 'cashback.%' order by id`,
      [bank.ctx.tenantId],
    ),
  );
  expect(told.map(({ name, id }) => [name, id]).sort()).toEqual([p1, p2, p3, p4].map((id) => ['cashback.rewarded', id]).sort());
  expect(await review()).toBe(1);
});

test('who may be one of several merchants waits for staff; nobody is looked at again after 90 days', async () => {
  const [asked, old] = (await bank.batch([at('a', { descriptor: 'CAFE ROMA' }), at('b', { merchant_id: 'slow' })])).items.map(
    ({ transaction_id: id }) => id!,
  );
  const [norte] = [await nowKnown({ descriptors: ['CAFE ROMA NORTE'] }), await nowKnown({ descriptors: ['CAFE ROMA SUR'] })];
  await review();
  expect(await bank.transaction(asked!)).toMatchObject({ verdict: 'pending_match', reason: 'merchant_ambiguous' });
  // Which of them it was becomes known as of any uncertain purchase.
  await uow.run(inMinutes(5), (tx) => new SaveMerchant().update(tx, norte, { identifiers: { descriptors: ['CAFE ROMA'] } }));
  await uow.run(inMinutes(5), (tx) => bank.room.review.execute(tx));
  expect(await reasons(asked!)).toEqual(['5.00']);
  await nowKnown({ merchantIds: ['slow'] }, days(91));
  await review(days(91) + 2);
  expect(await reasons(old!)).toEqual(['merchant_unknown']);
});
