import { Money } from '@tallystick/kernel';
import { DefineCurrency, OpenAccounts, PostTransactions, Reconcile } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { earnFact, loyaltyFixture, redeemFact, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import { DateTime } from 'luxon';
import type { CashTerms } from '../cash/cash-config.js';
import { CashConfigs } from '../cash/cash-configs.js';
import { CashRedemptions } from '../cash/cash-redemptions.query.js';
import { CashUsers } from '../cash/cash-users.js';
import { Funds } from '../cash/funds.js';
import { RedeemToCash } from '../cash/redeem-to-cash.operation.js';
import { ExpirePoints } from '../points/expire-points.operation.js';
import { ActivatePoints } from './activate-points.step.js';
import { ExpireLots } from './expire-lots.step.js';
import { RedeemAutomatically } from './redeem-automatically.step.js';
import { RunDays } from './run-days.js';

const DAY = 86_400_000;
/** From 100 points on, in steps of 50; a point is worth 0.10. */
const TERMS: CashTerms = {
  userType: 'customer',
  currency: 'USD',
  points: 10n,
  value: 1_000_000n,
  minPoints: null,
  maxPoints: null,
  cycle: 'month',
  maxPointsPerCycle: null,
  maxRedemptionsPerCycle: null,
  automatic: { at: 100n, step: 50n },
  active: true,
};
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

const configs = new CashConfigs(new DefineCurrency());
const funds = new Funds(new DefineCurrency(), new PostTransactions());

/** A tenant at noon of a tenth: neither a day nor a longer cycle ends while a test runs. */
async function stage(terms: Partial<CashTerms> = {}, { deposited = '1000.00', program = {} } = {}) {
  const tenth = DateTime.now().setZone('Asia/Kolkata').plus({ months: 1 }).set({ day: 10, hour: 12, minute: 0 });
  const loyalty = (await loyaltyFixture(uow, database.ownerUrl, program)).ahead(tenth.toMillis() - Date.now());
  const { room } = loyalty;
  const redeem = new RedeemToCash(room.findPrograms, configs, new CashUsers(), new CashRedemptions(), new OpenAccounts(), room.postPoints);
  const expire = new ExpirePoints(new PostTransactions());
  const automatic = new RedeemAutomatically(room.findPrograms, configs, new CashRedemptions(), redeem);
  const days = new RunDays(uow, [new ActivatePoints(expire), automatic, new ExpireLots(expire)]);
  const config = await uow.run(loyalty.ctx, (tx) => configs.create(tx, loyalty.program, { ...TERMS, ...terms }));
  const deposit = (amount: string, reference = amount) =>
    uow.run(loyalty.ctx, (tx) => funds.deposit(tx, { amount: Money.parse(amount, 'USD') as Money, reference }));
  if (deposited !== '0') await deposit(deposited);
  const rows = <T>(sql: string, at: LoyaltyFixture = loyalty): Promise<T[]> => uow.read(at.ctx, (tx) => tx.query(sql, [tx.ctx.tenantId]));
  return {
    loyalty,
    config,
    deposit,
    /** The work of so many days later, by two workers at once. */
    after: (passed: number) => Promise.all([1, 2].map(() => days.execute(loyalty.ahead(passed * DAY).ctx))),
    redeemed: () =>
      rows<{ member: string; points: number; amount: number; reference: string }>(
        `select m.reference as member, r.points::int, r.amount::int, r.reference from cash_redemption r
         join member m on m.tenant_id = $1 and m.id = r.member_id where r.tenant_id = $1 order by r.number`,
      ),
    codes: () =>
      rows<{ member: string; code: string }>(
        `select m.reference as member, coalesce(r.code, 'redeemed') as code from automatic_redemption r
         join member m on m.tenant_id = $1 and m.id = r.member_id where r.tenant_id = $1 order by r.day, m.reference`,
      ),
    events: (name: string) =>
      rows<{ data: Record<string, unknown> }>(`select data from event where tenant_id = $1 and name = '${name}' order by id`),
    sound: async () => expect((await uow.read(loyalty.ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]),
  };
}

test('once on a local day, however often it is worked on, in whole steps, as the member would', async () => {
  const { loyalty, config, after, redeemed, codes, events, sound } = await stage();
  await loyalty.posted(earnFact('ann', 179), earnFact('bo', 99), earnFact('cy', 100), earnFact('di', 500));
  await uow.run(loyalty.ctx, (tx) =>
    tx.query(`update member set status = 'suspended' where tenant_id = $1 and reference = 'di'`, [tx.ctx.tenantId]),
  );
  await uow.run(loyalty.ctx, async (tx) => {
    const { id } = await loyalty.room.findMembers.byReference(tx, 'cy');
    await new CashUsers().set(tx, id, 'agent');
  });
  // Nobody had points when this day began.
  await after(0);
  expect(await redeemed()).toEqual([]);
  await after(1);
  await after(1.1);
  expect(await redeemed()).toMatchObject([{ member: 'ann', points: 150, amount: 1_500 }]);
  const [event] = await events('points.redeemed');
  expect(event!.data).toMatchObject({ points: 150, amount: '15.00', reference: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown });
  const found = await uow.read(loyalty.ctx, (tx) =>
    loyalty.room.transactions.list(tx, { reference: String(event!.data.reference), limit: 5 }),
  );
  expect(found.map(({ id }) => id)).toEqual([event!.data.id]);

  // What comes in the course of a day waits for the next one.
  await loyalty.ahead(1.1 * DAY).posted(earnFact('ann', 80));
  await after(1.2);
  expect(await redeemed()).toHaveLength(1);
  await after(2);
  expect(await redeemed()).toMatchObject([{}, { member: 'ann', points: 100, amount: 1_000 }]);
  await after(4);
  expect(await codes()).toEqual(Array(2).fill({ member: 'ann', code: 'redeemed' }));
  await uow.run(loyalty.ctx, (tx) => configs.update(tx, loyalty.program.id, config.id, (known) => ({ ...known, automatic: null })));
  await loyalty.ahead(4 * DAY).posted(earnFact('ann', 500));
  await after(5);
  expect(await redeemed()).toHaveLength(2);
  await sound();
});

test('what limits leave, of one redemption, of a cycle and of the program, is redeemed; where they leave nothing, nothing is', async () => {
  const { loyalty, after, redeemed, codes } = await stage(
    { maxPoints: 260n, cycle: 'day', maxPointsPerCycle: 400n, minPoints: 60n },
    { program: { redeem_limits: [{ per: 'year', points: '430', count: null }] } },
  );
  await loyalty.posted(earnFact('ann', 1_000), redeemFact('ann', 20));
  for (const day of [1, 2, 3]) await after(day);
  expect((await redeemed()).map(({ points }) => points)).toEqual([250, 150]);
  expect((await codes()).map(({ code }) => code)).toEqual(['redeemed', 'redeemed', 'limit_exceeded']);
});

test('short funds leave points where they are, tell the tenant once a day, and the next day tries again (C7.3)', async () => {
  const { loyalty, config, deposit, after, redeemed, codes, events, sound } = await stage({}, { deposited: '10.00' });
  await loyalty.posted(earnFact('ann', 150), earnFact('bo', 100), earnFact('cy', 200));
  await after(1);
  expect(await redeemed()).toHaveLength(1);
  await after(1.1);
  expect((await codes()).map(({ code }) => code).sort()).toEqual(['insufficient_prefund', 'insufficient_prefund', 'redeemed']);
  const told = await events('points.automatic_redemption_skipped');
  expect(told.map(({ data }) => data)).toMatchObject([{ config_id: config.id, program_id: loyalty.program.id, currency: 'USD' }]);
  await deposit('900.00');
  await after(2);
  expect((await redeemed()).map(({ points }) => points).sort()).toEqual([100, 150, 200]);
  expect(await events('points.automatic_redemption_skipped')).toHaveLength(1);
  await sound();
});

test('points of a program go by themselves to one currency alone', async () => {
  const { loyalty, config } = await stage();
  const create = (terms: Partial<CashTerms>) =>
    uow
      .run(loyalty.ctx, (tx) => configs.create(tx, loyalty.program, { ...TERMS, ...terms }))
      .catch((error: { definition: { code: string } }) => error.definition.code);
  expect(await create({ currency: 'EUR' })).toBe('duplicate');
  expect(await create({ currency: 'EUR', userType: 'agent' })).toMatchObject({ automatic: { at: 100n, step: 50n } });
  const other = await create({ currency: 'JPY', automatic: null });
  const change = (id: string, automatic: CashTerms['automatic']) =>
    uow.run(loyalty.ctx, (tx) => configs.update(tx, loyalty.program.id, id, (known) => ({ ...known, automatic })));
  const { id } = other as { id: string };
  await expect(change(id, TERMS.automatic)).rejects.toMatchObject({ definition: { code: 'duplicate' } });
  await change(config.id, null);
  expect(await change(id, TERMS.automatic)).toMatchObject({ automatic: TERMS.automatic, version: 2 });
});
