import { DomainError, Money } from '@tallystick/kernel';
import {
  AccountBalances,
  DefineCurrency,
  OpenAccounts,
  PostTransactions,
  Reconcile,
  currencyAssetId,
  houseAccountId,
} from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { earnFact, loyaltyFixture, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import type { CashTerms } from './cash-config.js';
import { CashConfigs } from './cash-configs.js';
import { CashRedemptions } from './cash-redemptions.query.js';
import { CashUsers } from './cash-users.js';
import { Funds } from './funds.js';
import { RedeemToCash, cashWalletId, type CashRedemptionInput, type RedeemedToCash } from './redeem-to-cash.operation.js';

/** 10 points are worth 1 USD. */
const TERMS: CashTerms = {
  userType: 'customer',
  currency: 'USD',
  points: 10n,
  value: 1_000_000n,
  minPoints: null,
  maxPoints: null,
  cycle: 'day',
  maxPointsPerCycle: null,
  maxRedemptionsPerCycle: null,
  automatic: null,
  active: true,
};

let database: TestDatabase;
let opened: Awaited<ReturnType<typeof openUnitOfWork>>;
let uow: UnitOfWork;
beforeAll(async () => {
  database = await createTestDatabase();
  opened = await openUnitOfWork(database.appUrl);
  uow = opened.uow;
});
afterAll(async () => {
  await opened?.close();
  await database?.close();
});

const configs = new CashConfigs(new DefineCurrency());
const users = new CashUsers();
const redemptions = new CashRedemptions();
const funds = new Funds(new DefineCurrency(), new PostTransactions());

async function stage(terms: Partial<CashTerms> = {}, deposited = '1000.00') {
  const fixture = await loyaltyFixture(uow, database.ownerUrl);
  const { ctx, program, room } = fixture;
  const redeemToCash = new RedeemToCash(room.findPrograms, configs, users, redemptions, new OpenAccounts(), room.postPoints);
  const config = await uow.run(ctx, (tx) => configs.create(tx, program, { ...TERMS, ...terms }));
  if (deposited !== '0')
    await uow.run(ctx, (tx) => funds.deposit(tx, { amount: Money.parse(deposited, 'USD') as Money, reference: 'UTR-1' }));
  const input = (points: number, rest: Partial<CashRedemptionInput> = {}): CashRedemptionInput => ({
    member: { reference: 'M-1' },
    points,
    currency: 'USD',
    source: { channel: 'test', requestId: 'test-request' },
    ...rest,
  });
  const redeem = (
    points: number,
    rest: Partial<CashRedemptionInput> = {},
    at: LoyaltyFixture = fixture,
  ): Promise<RedeemedToCash | DomainError> => uow.run(at.ctx, (tx) => tx.attempt(() => redeemToCash.execute(tx, input(points, rest))));
  const left = async () => {
    const assetId = currencyAssetId(ctx.tenantId, 'USD');
    const memberId = (await uow.read(ctx, (tx) => room.findMembers.byReference(tx, 'M-1'))).id;
    const accounts = [houseAccountId(assetId, 'prefund:available'), cashWalletId(ctx.tenantId, memberId, 'USD')];
    return uow.read(ctx, async (tx) => {
      const found = await new AccountBalances().now(tx, accounts);
      const points = (await room.wallets.balance(tx, memberId, program.id, undefined)).available;
      return {
        points,
        funds: found.find((a) => a.accountId === accounts[0])?.posted,
        cash: found.find((a) => a.accountId === accounts[1])?.posted ?? 0n,
      };
    });
  };
  const sound = async () => expect((await uow.read(ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]);
  return { fixture, config, redeem, left, sound };
}

const codeOf = (answer: RedeemedToCash | DomainError): string =>
  answer instanceof DomainError ? answer.definition.code : answer.replayed ? 'replayed' : 'posted';
const done = (answer: RedeemedToCash | DomainError): RedeemedToCash => {
  if (answer instanceof DomainError) throw answer;
  return answer;
};

test('points leave and money arrives in one transaction, once for each reference; a reversal gives both back', async () => {
  const { fixture, redeem, left, sound, config } = await stage();
  await fixture.posted(earnFact('M-1', 1_000));
  const first = done(await redeem(105, { reference: 'CASH-1' }));
  expect([first.money.toString(), first.transaction.type, first.transaction.points]).toEqual(['10.50', 'redeem', 105]);
  await uow.run(fixture.ctx, (tx) =>
    configs.update(tx, fixture.program.id, config.id, (known) => ({ ...known, value: 5_000_000n, active: false })),
  );
  const again = done(await redeem(105, { reference: 'CASH-1' }));
  expect([again.replayed, again.transaction.id, again.money.toString()]).toEqual([true, first.transaction.id, '10.50']);
  expect(codeOf(await redeem(106, { reference: 'CASH-1' }))).toBe('idempotency_key_reused');
  expect(await left()).toEqual({ points: 895, funds: 98_950n, cash: 1_050n });
  const explained = await uow.read(fixture.ctx, (tx) => fixture.room.transactions.explain(tx, first.transaction.id));
  expect(explained.rules).toEqual([
    {
      id: config.id,
      version: 1,
      points: 105,
      reason: '105 points are 10.50 USD: 10500000000/10000000 of its smallest unit, rounded floor.',
    },
  ]);

  await fixture.posted({ kind: 'reverse', source: { channel: 'test', requestId: 'r' }, transactionId: first.transaction.id });
  expect(await left()).toEqual({ points: 1_000, funds: 100_000n, cash: 0n });
  await sound();
});

test('short funds refuse before points move, and tell nobody how short (C7.3)', async () => {
  const { fixture, redeem, left, sound } = await stage({}, '10.00');
  await fixture.posted(earnFact('M-1', 1_000));
  const answer = (await redeem(101)) as DomainError;
  expect([answer.definition.code, answer.details.errors]).toEqual(['insufficient_prefund', undefined]);
  expect(await left()).toEqual({ points: 1_000, funds: 1_000n, cash: 0n });

  // 40 at once against funds for 10.
  const answers = await Promise.all(Array.from({ length: 40 }, () => redeem(10)));
  expect(answers.map(codeOf).sort()).toEqual([...Array<string>(30).fill('insufficient_prefund'), ...Array<string>(10).fill('posted')]);
  expect(await left()).toEqual({ points: 900, funds: 0n, cash: 1_000n });
  await sound();
});

test('the limits of a cycle hold for redemptions at once, count no reversed one, and begin anew', async () => {
  const { fixture, redeem } = await stage({ maxPointsPerCycle: 50n, maxRedemptionsPerCycle: 3 });
  await fixture.posted(earnFact('M-1', 1_000));
  const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(20)));
  expect(answers.map(codeOf).sort()).toEqual([...Array<string>(4).fill('limit_exceeded'), 'posted', 'posted']);
  const { transaction } = done(answers.find((answer) => !(answer instanceof DomainError))!);
  await fixture.posted({ kind: 'reverse', source: { channel: 'test', requestId: 'r' }, transactionId: transaction.id });
  expect([codeOf(await redeem(30)), codeOf(await redeem(1))]).toEqual(['posted', 'limit_exceeded']);
  expect(codeOf(await redeem(20, {}, fixture.ahead(86_400_000)))).toBe('posted');
});

test('each kind of user has terms of its own, which a request cannot choose', async () => {
  const { fixture, redeem } = await stage({ userType: 'merchant' });
  const member_id = (await fixture.posted(earnFact('M-1', 1_000)))[0]!.member_id;
  expect(codeOf(await redeem(10))).toBe('cash_redemption_not_configured');
  expect(codeOf(await redeem(10, { userType: 'merchant' }))).toBe('permission_denied');
  await uow.run(fixture.ctx, (tx) => users.set(tx, member_id, 'merchant'));
  expect(codeOf(await redeem(10, { userType: 'merchant' }))).toBe('posted');
  expect(codeOf(await redeem(10, { currency: 'EUR' }))).toBe('cash_redemption_not_configured');
  expect(codeOf(await redeem(2_000))).toBe('insufficient_balance');
  expect(codeOf(await redeem(10, { member: { reference: 'NOBODY' } }))).toBe('not_found');
});
