import type { TenantContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import { TransferParties } from '@tallystick/loyalty';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { earnFact, loyaltyFixture, type LoyaltyFixture } from '../../../../test/support/loyalty.js';

const source = { channel: 'test', requestId: 'r' };
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let loyalty: LoyaltyFixture;
let ann: { id: string; wallet: string; earned: string; ctx: TenantContext };
let bo: typeof ann;
let transfer: string;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
  loyalty = await loyaltyFixture(uow, database.ownerUrl);
  const open = async (reference: string): Promise<typeof ann> => {
    const [earned] = await loyalty.posted(earnFact(reference, 100, { reference: `of-${reference}` }));
    const { member_id: id, wallet_id: wallet } = earned!;
    return { id, wallet, earned: earned!.id, ctx: loyalty.memberContext(id) };
  };
  [ann, bo] = [await open('ann'), await open('bo')];
  const [sent] = await loyalty.posted({ kind: 'transfer', source, from: { reference: 'ann' }, to: { reference: 'bo' }, points: 15 });
  transfer = sent!.id;
});
afterAll(async () => {
  await close();
  await database.close();
});

const as = <T>(ctx: TenantContext, read: (tx: Parameters<Parameters<UnitOfWork['read']>[1]>[0] & { ctx: TenantContext }) => Promise<T>) =>
  uow.read(ctx, (tx) => read(tx as never));

test("a member sees their own wallets, balances, lots and statements, and of another's nothing at all (C11.10)", async () => {
  const { wallets, lots, statement } = loyalty.room;
  expect((await as(ann.ctx, (tx) => wallets.list(tx, { limit: 10 }))).map(({ id }) => id)).toEqual([ann.wallet]);
  expect(await as(ann.ctx, (tx) => wallets.count(tx, {}))).toBe(1);
  expect(await as(ann.ctx, (tx) => wallets.list(tx, { memberId: bo.id, limit: 10 }))).toEqual([]);
  expect(await as(ann.ctx, (tx) => wallets.byId(tx, ann.wallet))).toMatchObject({ owner: { id: ann.id }, balance: 85 });
  expect(await as(ann.ctx, (tx) => wallets.balance(tx, ann.id, undefined, undefined))).toMatchObject({ posted: 85 });
  for (const look of [
    () => as(ann.ctx, (tx) => wallets.byId(tx, bo.wallet)),
    () => as(ann.ctx, (tx) => wallets.place(tx, bo.wallet)),
    () => as(ann.ctx, (tx) => wallets.balance(tx, bo.id, undefined, undefined)),
    () => as(ann.ctx, (tx) => lots.list(tx, bo.id, { limit: 5 })),
    () => as(ann.ctx, (tx) => lots.expirySchedule(tx, bo.id, undefined, 12)),
    () => as(ann.ctx, (tx) => statement.find(tx, bo.id, { limit: 5 })),
  ])
    await expect(look()).rejects.toMatchObject({ definition: { code: 'not_found' } });
});

test('a member sends from their own wallet alone, to anybody (C10.12)', async () => {
  const parties = new TransferParties(loyalty.room.wallets);
  expect(await as(ann.ctx, (tx) => parties.find(tx, ann.wallet, bo.wallet))).toMatchObject({
    from: { memberId: ann.id },
    to: { memberId: bo.id },
  });
  await expect(as(bo.ctx, (tx) => parties.find(tx, ann.wallet, bo.wallet))).rejects.toMatchObject({
    details: { errors: { from_wallet_id: ['No such wallet.'] } },
  });
  expect(await as(loyalty.ctx, (tx) => parties.find(tx, ann.wallet, bo.wallet))).toMatchObject({ from: { memberId: ann.id } });
});

test('a member sees their own transactions, a transfer from their side of it, and never the other side of the books', async () => {
  const { transactions } = loyalty.room;
  const mine = (ctx: TenantContext, filter: object = {}) => as(ctx, (tx) => transactions.list(tx, { limit: 10, ...filter }));
  expect((await mine(bo.ctx)).map(({ type, wallet_id, balance_after }) => [type, wallet_id, balance_after])).toEqual([
    ['transfer_in', bo.wallet, 115],
    ['earn', bo.wallet, 100],
  ]);
  expect(await as(bo.ctx, (tx) => transactions.count(tx, {}))).toBe(2);
  expect(await mine(bo.ctx, { memberId: ann.id })).toEqual([]);
  expect(await mine(bo.ctx, { walletId: ann.wallet })).toEqual([]);
  expect(await mine(bo.ctx, { reference: 'of-ann' })).toEqual([]);
  expect(await as(bo.ctx, (tx) => transactions.walk(tx, { walletId: ann.wallet }, undefined, 5))).toEqual([]);
  await expect(as(bo.ctx, (tx) => transactions.byId(tx, ann.earned))).rejects.toMatchObject({ definition: { code: 'not_found' } });
  await expect(as(bo.ctx, (tx) => transactions.explain(tx, ann.earned))).rejects.toMatchObject({ definition: { code: 'not_found' } });
  const explained = await as(bo.ctx, (tx) => transactions.explain(tx, transfer));
  expect(explained).toMatchObject({
    transaction: { type: 'transfer_in', wallet_id: bo.wallet, balance_after: 115 },
    entries: [{ account_id: bo.wallet, points: 15 }],
    lots: [{ original: 15 }],
    allocations: [],
  });
  expect(JSON.stringify(explained)).not.toContain(ann.wallet);
  expect((await as(loyalty.ctx, (tx) => transactions.explain(tx, transfer))).entries).toHaveLength(2);
});

test('a walk holds every line once, a transfer on both sides, and adds up to the balances', async () => {
  const { transactions } = loyalty.room;
  const walk = (filter: object = {}) =>
    as(loyalty.ctx, async (tx) => {
      const lines = [];
      for (
        let page = await transactions.walk(tx, filter, undefined, 2);
        page.length > 0;
        page = await transactions.walk(tx, filter, page.at(-1)!.place, 2)
      )
        lines.push(...page.map(({ transaction, change }) => [transaction.type, transaction.wallet_id, change]));
      return lines;
    });
  expect(await walk()).toEqual([
    ['earn', ann.wallet, 100],
    ['earn', bo.wallet, 100],
    ['transfer_out', ann.wallet, -15],
    ['transfer_in', bo.wallet, 15],
  ]);
  expect(await walk({ type: 'transfer_in' })).toEqual([['transfer_in', bo.wallet, 15]]);
  expect(await walk({ memberId: bo.id, max: '20' })).toEqual([['transfer_in', bo.wallet, 15]]);
});
