import { Reconcile } from '@tallystick/ledger';
import { SaveTier, SaveTierScheme, type PointsFact } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../support/database.js';
import { daysOf, earnFact, loyaltyFixture, redeemFact, type LoyaltyFixture } from '../support/loyalty.js';
import { madePurchaseLog, readPurchaseLog, type LoggedPurchase } from '../support/purchase-log.js';

/** A log in the CDNOW layout to live through instead of the one that is made. */
const GIVEN = process.env.TALLYSTICK_PURCHASE_LOG;
const DAY = 86_400_000;

const RULES = { expiryMonths: 6, perTransaction: 150, perMonth: 250, redeemAt: 300 };
const TIERS = [
  { code: 'silver', rank: 1, threshold: 50, multiplier: 1.25 },
  { code: 'gold', rank: 2, threshold: 200, multiplier: 1.5 },
];

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.workerUrl);
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

/** The log by the weeks in which a till reports, the first one moved to the day after tomorrow: a clock goes forward alone. */
function byDay(log: readonly LoggedPurchase[]): Map<string, LoggedPurchase[]> {
  const first = log.reduce((day, purchase) => (purchase.day < day ? purchase.day : day), '9999');
  const shift = Math.floor(Date.now() / DAY) + 2 - Date.parse(first) / DAY;
  const days = new Map<string, LoggedPurchase[]>();
  for (const purchase of [...log].sort((a, b) => a.day.localeCompare(b.day))) {
    const week = Math.floor((Date.parse(purchase.day) - Date.parse(first)) / DAY / 7) * 7;
    const day = new Date(Date.parse(first) + (shift + week) * DAY).toISOString().slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), purchase]);
  }
  return days;
}

/** The independent calculation: each member alone, each day lived through in its order, in plain numbers. */
class Account {
  private lots: { left: number; until: string }[] = [];
  private readonly spent: { day: string; cents: number }[] = [];
  private readonly month = new Map<string, number>();
  tier = -1;
  earned = 0;
  redeemed = 0;
  expired = 0;

  get balance(): number {
    return this.lots.reduce((sum, { left }) => sum + left, 0);
  }

  begin(day: string): void {
    for (const lot of this.lots.filter(({ until }) => until < day)) this.expired += lot.left;
    this.lots = this.lots.filter(({ until }) => until >= day);
    this.tier = this.deserved(day);
  }

  buy(day: string, cents: number): void {
    const rate = Math.round((TIERS[this.tier]?.multiplier ?? 1) * 100);
    const [month, wanted] = [day.slice(0, 7), Math.min(Math.floor((cents * rate) / 10_000), RULES.perTransaction)];
    const points = Math.min(wanted, RULES.perMonth - (this.month.get(month) ?? 0));
    this.month.set(month, (this.month.get(month) ?? 0) + points);
    this.earned += points;
    const until = DateTime.fromISO(day, { zone: 'utc' }).plus({ months: RULES.expiryMonths }).toISODate()!;
    if (points > 0) this.lots.push({ left: points, until });
    this.spent.push({ day, cents });
    this.tier = Math.max(this.tier, this.deserved(day));
  }

  redeem(points: number): void {
    this.redeemed += points;
    for (const lot of [...this.lots].sort((a, b) => a.until.localeCompare(b.until))) {
      const taken = Math.min(lot.left, points);
      lot.left -= taken;
      points -= taken;
    }
  }

  private deserved(day: string): number {
    const after = DateTime.fromISO(day, { zone: 'utc' }).minus({ months: 12 }).toISODate()!;
    const cents = this.spent.filter((one) => one.day > after).reduce((sum, one) => sum + one.cents, 0);
    return TIERS.filter(({ threshold }) => cents >= threshold * 100).length - 1;
  }
}

async function openStore(): Promise<LoyaltyFixture> {
  const loyalty = await loyaltyFixture(app.uow, database.ownerUrl, {
    expiry_policy: { type: 'rolling', months: RULES.expiryMonths },
    earn_caps: { per_transaction: String(RULES.perTransaction), per_day: null, per_month: String(RULES.perMonth), per_member: null },
  });
  const { uow, ctx, program } = loyalty;
  await uow.run(ctx, async (tx) => {
    await new SaveTierScheme().execute(tx, program.id, (known) => ({
      ...known,
      basis: 'spend',
      period: 'rolling_months',
      period_months: 12,
    }));
    for (const { code, rank, threshold, multiplier } of TIERS)
      await new SaveTier().create(tx, program.id, {
        code,
        name: code,
        rank,
        threshold: String(threshold),
        earnMultiplier: String(multiplier),
      });
  });
  return loyalty;
}

test(
  'a purchase log under expiry, tiers and caps comes to what an independent calculation comes to',
  async () => {
    const store = await openStore();
    const accounts = new Map<string, Account>();
    const days = byDay(GIVEN ? readPurchaseLog(GIVEN) : madePurchaseLog(150, 400));
    const work = daysOf(app.uow);
    /** The store at noon of a day, whose beginning the worker has done. */
    const at = async (day: string): Promise<LoyaltyFixture> => {
      const noon = store.ahead(Date.parse(`${day}T12:00:00Z`) - Date.now());
      await work.execute(noon.ctx);
      while ((await app.uow.run(noon.ctx, (tx) => store.room.evaluateTiers.executeDue(tx))) > 0);
      return noon;
    };
    const post = async (noon: LoyaltyFixture, facts: readonly PointsFact[]): Promise<void> => {
      for (let first = 0; first < facts.length; first += 1_000) await noon.posted(...facts.slice(first, first + 1_000));
    };

    for (const [day, purchases] of days) {
      const noon = await at(day);
      for (const account of accounts.values()) account.begin(day);
      const active = new Set<string>();
      await post(
        noon,
        purchases.map(({ customer, cents }) =>
          earnFact(customer, 1, { earned: { purchase: { amount: (cents / 100).toFixed(2), currency: 'USD' } } }),
        ),
      );
      for (const { customer, cents } of purchases) {
        if (!accounts.has(customer)) accounts.set(customer, new Account());
        accounts.get(customer)!.buy(day, cents);
        active.add(customer);
      }
      const redeeming = [...active].filter((customer) => accounts.get(customer)!.balance >= RULES.redeemAt);
      await post(
        noon,
        redeeming.map((customer) => redeemFact(customer, RULES.redeemAt)),
      );
      for (const customer of redeeming) accounts.get(customer)!.redeem(RULES.redeemAt);
    }
    const last = DateTime.fromISO([...days.keys()].at(-1)!, { zone: 'utc' })
      .plus({ days: 100 })
      .toISODate()!;
    const end = await at(last);
    for (const account of accounts.values()) account.begin(last);

    const told = await app.uow.read(end.ctx, async (tx) => ({
      members: await tx.query<{ reference: string; balance: string; tier: string | null }>(
        `select m.reference, a.posted as balance, t.code as tier from member m join ledger_account a on a.tenant_id = $1 and a.owner_id = m.id
       left join member_tier mt on mt.tenant_id = $1 and mt.member_id = m.id left join tier t on t.tenant_id = $1 and t.id = mt.tier_id
       where m.tenant_id = $1 order by m.reference`,
        [tx.ctx.tenantId],
      ),
      houses: await tx.query<{ purpose: string; posted: string }>(
        `select purpose, posted from ledger_account where tenant_id = $1 and owner_type = 'house' and posted <> 0 order by purpose`,
        [tx.ctx.tenantId],
      ),
      differences: (await new Reconcile().execute(tx)).differences,
    }));
    const sum = (of: (account: Account) => number): number => [...accounts.values()].reduce((total, account) => total + of(account), 0);
    const totals = { expired: sum((one) => one.expired), issuance: -sum((one) => one.earned), redeemed: sum((one) => one.redeemed) };
    expect(Object.fromEntries(told.houses.map(({ purpose, posted }) => [purpose, Number(posted)]))).toEqual(totals);
    expect(told.members).toEqual(
      [...accounts.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([reference, account]) => ({ reference, balance: String(account.balance), tier: TIERS[account.tier]?.code ?? null })),
    );
    expect(told.differences).toEqual([]);
    // Each of the rules was at work.
    const tiers = new Set(told.members.map(({ tier }) => tier));
    expect([...tiers].sort()).toEqual([null, 'gold', 'silver'].sort());
    for (const total of Object.values(totals)) expect(Math.abs(total)).toBeGreaterThan(1_000);
    if (GIVEN)
      process.stderr.write(
        `${JSON.stringify({ purchases: [...days.values()].flat().length, members: accounts.size, days: days.size, ...totals, outstanding: sum((one) => one.balance), tiers: Object.fromEntries([...tiers].map((tier) => [String(tier), told.members.filter((one) => one.tier === tier).length])) })}\n`,
      );
  },
  GIVEN ? 3_600_000 : 120_000,
);
