import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENT_SCOPES } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { Reconcile } from '@tallystick/ledger';
import { DecideInstitution, RequestInstitution, VerifyWindows, type CardItem } from '@tallystick/offers';
import { Keyring, openQueue, queueConnection, type UnitOfWork } from '@tallystick/platform';
import pg from 'pg';
import { spawnApp, untilReady, type AppProcess } from '../support/app-process.js';
import { CardFeed, type FedBatch } from '../support/card-feed.js';
import { SHOPS, cardLog, type CardLog, type CardPurchase, type Shop } from '../support/card-purchase-log.js';
import { openUnitOfWork } from '../support/database.js';
import { accessEntities, openApiClient, openTenant } from '../support/identity.js';
import { openMerchant, openOffer } from '../support/offers.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { madePurchaseLog, readPurchaseLog } from '../support/purchase-log.js';
import { Receiver, until } from '../support/receiver.js';
import { tamper } from '../support/tamper.js';

/** A log in the CDNOW layout to live through instead of the one that is made, in batches as large as they may be. */
const GIVEN = process.env.TALLYSTICK_PURCHASE_LOG;
const [LINES, PARALLEL, PATIENCE_MS] = GIVEN ? [5_000, 6, 3_600_000] : [25, 4, 240_000];
const DAY_MS = 86_400_000;
const ZONE = 'America/Mexico_City';
const KEY = randomBytes(32);

/** The independent calculation, in plain numbers of cents. */
const halfUp = (numerator: number, denominator: number): number => Math.floor((2 * numerator + denominator) / (2 * denominator));
const chargeFor = (cashback: number, share: number): number => halfUp(cashback * 10_000, share);
const gross = ({ shop, cents }: CardPurchase): number => {
  const offer: { rateBps: number; minAmount?: bigint; capPerTransaction?: bigint } = SHOPS[shop].offer;
  if (cents < Number(offer.minAmount ?? 0)) return 0;
  return Math.min(halfUp(cents * offer.rateBps, 10_000), Number(offer.capPerTransaction ?? Infinity));
};
const sum = <T>(list: Iterable<T>, of: (one: T) => number): number => [...list].reduce((total, one) => total + of(one), 0);

/** The same order each time, another one for each seed. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const result = [...list];
  for (let place = result.length - 1; place > 0; place--) {
    seed = (seed * 48_271) % 2_147_483_647;
    const other = seed % (place + 1);
    [result[place], result[other]] = [result[other] as T, result[place] as T];
  }
  return result;
}

const inBatches = (items: readonly CardItem[], name: string, first: FedBatch['dialect']): FedBatch[] =>
  Array.from({ length: Math.ceil(items.length / LINES) }, (_, index) => ({
    requestId: `${name}-${index}`,
    dialect: (index % 2 === 0) === (first === 'native') ? 'native' : 'reworth',
    items: items.slice(index * LINES, (index + 1) * LINES),
  }));

/** An institution on processes and a database of its own, all of which may be killed. */
class Bank {
  readonly receiver = new Receiver();
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tallystick-log-'));
  private readonly apps = new Map<'public-api' | 'worker', AppProcess>();
  private readonly ready = new Set<AppProcess>();
  private own?: { uow: UnitOfWork; close(): Promise<void> };
  feed!: CardFeed;
  ctx!: TenantContext;

  private constructor(readonly postgres: OwnPostgres) {}

  static async open(budget: number): Promise<Bank> {
    const bank = new Bank(await OwnPostgres.start());
    try {
      await bank.setUp(budget);
      return bank;
    } catch (error) {
      await bank.close();
      throw error;
    }
  }

  get uow(): UnitOfWork {
    return this.own!.uow;
  }

  private async setUp(budget: number): Promise<void> {
    this.own = await openUnitOfWork(this.postgres.workerUrl, { entities: accessEntities });
    const { uow } = this;
    const ctx = (this.ctx = await openTenant(uow, { mode: 'sandbox', currency: 'MXN', timezone: ZONE }));
    const keyring = new Keyring([KEY]);
    const contact = { name: 'Asha Rao', email: 'asha@bank.example', phone: null };
    await uow.run(ctx, async (tx) => {
      await new RequestInstitution(keyring).execute(tx, { country: 'MX', contact, refreshRate: 1 });
      await new DecideInstitution(keyring).execute(tx, { status: 'approved' });
    });
    for (const [name, { identifiers, offer }] of Object.entries(SHOPS)) {
      const { id } = await openMerchant(uow, ctx, { name: `Shop ${name}`, identifiers });
      const limit = name === 'budgeted' ? { budget: BigInt(budget) } : {};
      await openOffer(uow, ctx, id, { name, startsAt: new Date('1990-01-01T00:00:00Z'), ...offer, ...limit });
    }
    const client = await openApiClient(uow, ctx, CLIENT_SCOPES);
    await Promise.all([this.receiver.open(), this.start('public-api'), this.start('worker')]);
    this.feed = new CardFeed(() => this.apps.get('public-api')!.url, client);
    for (const which of ['redemptions', 'commissions'])
      await this.feed.reworth(`/webhook/${which}`, { callback: `${this.receiver.url}?${which}`, refreshRate: 1 });
  }

  /** Again and again, as whoever keeps processes running does: one whose database is away when it starts ends. */
  private async start(name: 'public-api' | 'worker'): Promise<void> {
    const { appUrl, workerUrl } = this.postgres;
    const environment = {
      DATABASE_URL: name === 'worker' ? workerUrl : appUrl,
      TALLYSTICK_KEY: KEY.toString('base64'),
      TALLYSTICK_DATA_DIR: this.folder,
      WEBHOOK_ALLOW_LOOPBACK: 'true',
      LOG_LEVEL: 'warn',
    };
    for (let app: AppProcess | undefined; !app || !this.ready.has(app);) {
      const started = (app = await spawnApp(name, environment, this.apps.get(name)?.port));
      this.apps.set(name, app);
      await untilReady(app).then(
        () => this.ready.add(started),
        () => undefined,
      );
    }
  }

  /** `kill -9`, and started again. What runs outlives its database (OPS-07). */
  async kill(name: 'public-api' | 'worker' | 'postgres'): Promise<void> {
    if (name === 'postgres') {
      const running = [...this.apps.entries()].filter(([, app]) => this.ready.has(app));
      await this.postgres.kill();
      for (const [which, { child }] of running) if (child.exitCode !== null) throw new Error(`the ${which} ended with its database`);
      return;
    }
    const { child, gone } = this.apps.get(name)!;
    child.kill('SIGKILL');
    await gone;
    await this.start(name);
  }

  /** Lets the worker come round now, unless the database is away. */
  async comeRound(schedule: string): Promise<void> {
    const queue = openQueue<object>(queueConnection({ databaseUrl: this.postgres.workerUrl }), 'schedules');
    await queue.add(schedule, {}, { removeOnComplete: true }).catch(() => undefined);
    await queue.close().catch(() => undefined);
  }

  /** As superuser. */
  async rows<Row>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.postgres.ownerUrl });
    await client.connect();
    try {
      return (await client.query(sql, sql.includes('$1') ? [this.ctx.tenantId] : [])).rows as Row[];
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await this.own?.close();
    for (const { child } of this.apps.values()) child.kill('SIGKILL');
    await Promise.all([...this.apps.values()].map(({ gone }) => gone));
    await this.receiver.close();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A hash of all that card transactions leave behind, by table. */
const TABLES = `card_transaction card_clearing cashback_movement cashback_counter offer ledger_transaction ledger_entry ledger_account event
  conciliation_window conciliation_line conciliation_payout conciliation_message member`.split(/\s+/);
async function hashes(bank: Bank): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const table of TABLES) {
    const row = table === 'event' ? `t.id::text` : 't::text';
    const [hash] = await bank.rows<{ hash: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(md5(${row}), '' order by md5(${row})), '')) as hash from ${table} t where tenant_id = $1`,
    );
    found[table] = hash!.hash;
  }
  return found;
}

/** Goes to a noon two days on, when all windows of the log have ended, and has the worker close and disperse them. */
async function settle(bank: Bank): Promise<void> {
  const noon = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS + 18 * 3_600_000;
  await tamper(bank.postgres.ownerUrl, 'update tenant set clock_offset_ms = $2 where id = $1', [bank.ctx.tenantId, noon - Date.now()]);
  const waits = async (schedule: string, sql: string): Promise<void> => {
    await until(async () => {
      await bank.comeRound(schedule);
      await sleep(300);
      return (await bank.rows<{ n: number }>(`select count(*)::int as n from ${sql}`))[0]!.n === 0;
    }, PATIENCE_MS);
  };
  const ended = `w.state in ('open', 'blocked') and w.ends_at <= now() + t.clock_offset_ms * interval '1 millisecond'`;
  await waits('close-windows', `conciliation_window w join tenant t on t.id = w.tenant_id where w.tenant_id = $1 and ${ended}`);
  await waits('confirm-dispersions', `conciliation_window where tenant_id = $1 and state not in ('open', 'dispersed')`);
}

interface Reward {
  readonly id: string;
  readonly cashback: number;
  readonly charge: number;
}

/** Holds what stands against the independent calculation; answers the sums for a log that was given. */
async function expectExact(bank: Bank, { purchases }: CardLog, budget: number): Promise<Record<string, number>> {
  const stands = new Map(
    (
      await bank.rows<Reward>(
        `select reference as id, cashback::int, charge::int from card_transaction where tenant_id = $1 and type = 'purchase' and (cashback > 0 or charge > 0)`,
      )
    ).map((row) => [row.id, row]),
  );
  const at = (shop: Shop): CardPurchase[] => purchases.filter((one) => one.shop === shop);
  const got = ({ id }: CardPurchase): number => stands.get(id)?.cashback ?? 0;
  const grouped = (shop: Shop, key: (one: CardPurchase) => string): CardPurchase[][] => [
    ...at(shop)
      .reduce((groups, one) => groups.set(key(one), [...(groups.get(key(one)) ?? []), one]), new Map<string, CardPurchase[]>())
      .values(),
  ];

  const left = (whole: number, { refunded, cents }: CardPurchase): number => whole - halfUp(whole * refunded, cents);
  const capped = at('capped').map((one) => ({
    id: one.id,
    cashback: left(gross(one), one),
    charge: left(chargeFor(gross(one), 6_000), one),
  }));
  expect(at('capped').map(({ id }) => ({ id, cashback: 0, charge: 0, ...stands.get(id) }))).toEqual(capped);

  const monthly = grouped('monthly', ({ customer, day }) => `${customer} ${day.slice(0, 7)}`);
  expect(monthly.map((ones) => sum(ones, got))).toEqual(monthly.map((ones) => Math.min(500, sum(ones, gross))));

  const limited = grouped('limited', ({ customer }) => customer);
  expect(limited.map((ones) => ones.filter((one) => got(one) > 0).length)).toEqual(
    limited.map((ones) => Math.min(2, ones.filter((one) => gross(one) > 0).length)),
  );
  const first = grouped('first', ({ customer }) => customer);
  expect(first.map((ones) => ones.filter((one) => got(one) > 0).length)).toEqual(
    first.map((ones) => (ones.some((one) => gross(one) > 0) ? 1 : 0)),
  );
  for (const one of [...at('limited'), ...at('first')]) expect([0, gross(one)]).toContain(got(one));

  // Used up to where not one more cent of cashback, with the others' parts of it, fits.
  const spent = sum(at('budgeted'), ({ id }) => stands.get(id)?.charge ?? 0);
  expect(budget - spent).toBeGreaterThanOrEqual(0);
  expect(budget - spent).toBeLessThan(chargeFor(1, 6_000));
  for (const one of at('budgeted')) expect(got(one)).toBeLessThanOrEqual(gross(one));

  return {
    purchases: purchases.length,
    rewarded: stands.size,
    cashback: sum(stands.values(), ({ cashback }) => cashback),
    charge: sum(stands.values(), ({ charge }) => charge),
    ...Object.fromEntries((Object.keys(SHOPS) as Shop[]).map((shop) => [shop, sum(at(shop), got)])),
    spent,
    budget,
  };
}

/** Holds windows, ledger and reports against each other and against the sum of what stands. */
async function expectOneBook(bank: Bank, { cashback, charge }: Record<string, number>): Promise<Record<string, unknown>> {
  const one = async <Row>(sql: string): Promise<Row> => (await bank.rows<Row>(sql))[0] as Row;
  const totals = { cashback: String(cashback), charge: String(charge) };
  expect(
    await one(`select sum(cashback)::text as cashback, sum(charge)::text as charge from cashback_movement where tenant_id = $1`),
  ).toEqual(totals);
  expect(
    await one(
      `select sum((x ->> 'cashback')::numeric * 100)::bigint::text as cashback, sum((x ->> 'charge')::numeric * 100)::bigint::text as charge
       from conciliation_window w, jsonb_array_elements(w.totals) x where w.tenant_id = $1`,
    ),
  ).toEqual(totals);
  const { dispersed, owed, clearing, windows } = await one<{ dispersed: string; owed: string; clearing: string; windows: number }>(
    `select coalesce(sum(posted) filter (where purpose = 'cashback:dispersed'), 0)::text as dispersed,
       coalesce(sum(posted) filter (where owner_type = 'member_cashback'), 0)::text as owed, sum(posted)::text as clearing,
       (select count(*)::int from conciliation_window where tenant_id = $1 and state = 'dispersed') as windows
     from ledger_account a where tenant_id = $1`,
  );
  expect(Number(dispersed) + Number(owed)).toBe(cashback);
  expect(clearing).toBe('0');

  // What the institution was told to hand on, each report once however often it was delivered.
  const told = new Map(bank.receiver.calls.map(({ headers, body }) => [headers['webhook-id'] as string, JSON.parse(body) as Report]));
  const dispersions = [...told.values()].filter(({ event }) => event === 'redemption.dispersion');
  expect(sum(dispersions, ({ data }) => sum(data, (line) => Math.round(Number(line.cashback) * 100)))).toBe(cashback);
  expect(sum(dispersions, ({ payouts }) => sum(payouts, ({ payout }) => Math.round(Number(payout) * 100)))).toBe(Number(dispersed));

  const books = await bank.uow.read(bank.ctx, async (tx) => ({
    differences: (await new Reconcile().execute(tx)).differences,
    problem: (await new VerifyWindows().find(tx)).problem,
  }));
  expect(books).toEqual({ differences: [], problem: null });
  return { windows, dispersed: Number(dispersed), owed: Number(owed), reports: told.size, calls: bank.receiver.calls.length };
}

interface Report {
  readonly event: string;
  readonly data: { readonly cashback: string }[];
  readonly payouts: { readonly payout: string }[];
}

test(
  'a purchase log as card transactions, in parallel and out of order, while all that runs is killed, comes to what it should, and once more changes nothing',
  async () => {
    const log = cardLog(GIVEN ? readPurchaseLog(GIVEN) : madePurchaseLog(250, 60), Math.floor(Date.now() / DAY_MS) - 4);
    const demand = sum(
      log.purchases.filter(({ shop }) => shop === 'budgeted'),
      (one) => chargeFor(gross(one), 6_000),
    );
    const budget = Math.floor(demand * 0.6);
    const bank = await Bank.open(budget);
    try {
      const batches = inBatches(shuffled(log.items, 7), 'first', 'native');
      const kills = [['worker'], ['public-api'], ['postgres'], ['worker', 'postgres']] as const;
      const began = Date.now();
      const meanwhile: Promise<unknown>[] = [];
      await bank.feed.post(batches, PARALLEL, (count) => {
        meanwhile.push(bank.comeRound('close-windows'));
        const turn = kills.findIndex((_, index) => count === Math.ceil((batches.length * (index + 1)) / (kills.length + 1)));
        if (turn >= 0) meanwhile.push(...kills[turn]!.map((name) => sleep(30 * turn).then(() => bank.kill(name))));
      });
      await Promise.all(meanwhile);
      expect(meanwhile).toHaveLength(batches.length + kills.flat().length);
      const tookMs = Date.now() - began;
      await settle(bank);
      const sums = await expectExact(bank, log, budget);
      const books = await expectOneBook(bank, sums);

      const before = await hashes(bank);
      const again = await bank.feed.post(shuffled(batches, 11), PARALLEL);
      expect(await hashes(bank)).toEqual(before);
      const ids = new Set(log.purchases.map(({ id }) => id));
      const shown = new Map(again.filter(({ id }) => ids.has(id)).map(({ id, cashback }) => [id, cashback]));
      expect(sum(shown.values(), (cashback) => cashback)).toBe(sums.cashback);
      const others = await bank.feed.post(inBatches(shuffled(log.items, 13), 'third', 'reworth'), PARALLEL);
      expect([...new Set(others.filter(({ status }) => status !== 'rejected').map(({ status }) => status))]).toEqual(['duplicate']);
      expect(await hashes(bank)).toEqual(before);
      if (GIVEN)
        process.stderr.write(
          `${JSON.stringify({ items: log.items.length, batches: batches.length, tookMs, ...sums, ...books, statuses: Object.fromEntries(bank.feed.statuses) })}\n`,
        );
    } finally {
      await bank.close();
    }
  },
  PATIENCE_MS,
);
