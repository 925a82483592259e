import { newId } from '@tallystick/kernel';
import { PostTransactions, type Verdict } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { commandsFor, referenceOf } from '../../../test/support/ledger-commands.js';
import { brokenInvariants } from '../../../test/support/ledger-invariants.js';
import { insertTenant, ledgerFixture, type LedgerFixture } from '../../../test/support/ledger.js';

const POOL = 10;
const TABLES = [
  'ledger_asset',
  'ledger_account',
  'ledger_counter',
  'ledger_transaction',
  'ledger_entry',
  'ledger_lot',
  'ledger_lot_use',
  'ledger_hold',
];
let database: TestDatabase;
let uow: UnitOfWork;
let dataSource: DataSource;
let close: () => Promise<void>;
let tenants: [LedgerFixture, LedgerFixture];

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, dataSource, close } = await openUnitOfWork(database.appUrl, { poolSize: POOL }));
  tenants = [
    await ledgerFixture(uow, await insertTenant(database.ownerUrl)),
    await ledgerFixture(uow, await insertTenant(database.ownerUrl)),
  ];
});
afterAll(async () => {
  await close();
  await database.close();
});

const refused = (verdict: Verdict | undefined): unknown => (verdict?.outcome === 'refused' ? verdict.reason : verdict?.outcome);

test('without a tenant no row of the ledger is seen and none is written (TEN-03)', async () => {
  const [ledger] = tenants;
  const member = await ledger.openAccount();
  const { earn, hold } = commandsFor(ledger);
  await ledger.post(earn(member, 100n), hold(member, 10n));
  for (const table of TABLES) {
    expect(await dataSource.query(`select count(*)::int as rows from ${table}`)).toEqual([{ rows: 0 }]);
  }
  await expect(
    dataSource.query(`insert into ledger_counter (tenant_id, name, value) values ($1, 'other', 1)`, [ledger.ctx.tenantId]),
  ).rejects.toThrow(/violates row-level security policy/);
  expect(await dataSource.query(`update ledger_account set posted = 1 returning id`)).toEqual([[], 0]);
});

test("another tenant's accounts, facts, holds and references are not there (TEN-07)", async () => {
  const [ours, theirs] = tenants;
  const [mine, yours] = [await ours.openAccount(), await theirs.openAccount()];
  const [make, their] = [commandsFor(ours), commandsFor(theirs)];
  const [earned, held] = [their.earn(yours, 100n, undefined, { reference: referenceOf('purchase:1') }), their.hold(yours, 10n)];
  await theirs.post(earned, held);
  await ours.post(make.earn(mine, 100n));
  const verdicts = await ours.post(
    make.transfer(mine, yours, 1n),
    make.transfer(yours, mine, 1n),
    make.reverse(mine, earned.id),
    make.reverse(mine, { reference: 'purchase:1' }),
    make.capture(mine, held.id),
    make.release(mine, held.id),
    make.earn(mine, 5n, undefined, { reference: referenceOf('purchase:1', 'b') }),
  );
  expect(verdicts.map(refused)).toEqual([
    'unknown_account',
    'unknown_account',
    'unknown_transaction',
    'unknown_transaction',
    'unknown_hold',
    'unknown_hold',
    'posted',
  ]);
  for (const { ctx } of tenants) expect(await brokenInvariants(uow, ctx)).toEqual([]);
});

test('200 interleaved lists of two tenants over a pool of 10, some failing midway: no crossing, and idle sessions know no tenant (TEN-04)', async () => {
  const members = await Promise.all(tenants.map((ledger) => ledger.openAccount()));
  const work = Array.from({ length: 200 }, async (_, index) => {
    const [ledger, member] = [tenants[index % 2] as LedgerFixture, members[index % 2] as string];
    const command = commandsFor(ledger).earn(member, 1n, undefined, { reference: referenceOf(`interleaved:${index >> 1}`) });
    const job = uow.run(ledger.ctx, async (tx) => {
      await new PostTransactions().execute(tx, [command]);
      if (index % 10 < 2) throw new Error('midway');
      if (index % 10 < 4) await tx.query('select 1 / 0');
      const [row] = await tx.query<{ crossed: number; own: string }>(
        `select count(*) filter (where tenant_id <> $1)::int as crossed, current_setting('app.tenant_id') as own from ledger_transaction`,
        [ledger.ctx.tenantId],
      );
      return row;
    });
    return job.then(
      (row) => expect(row).toEqual({ crossed: 0, own: ledger.ctx.tenantId }),
      (error: Error) => expect(error.message).toMatch(/midway|division by zero/),
    );
  });
  await Promise.all(work);

  // 200 lists, the first four of every ten fail: 60 remain to each tenant, under references that both use.
  for (const [index, { ctx }] of tenants.entries()) {
    const [row] = await uow.read(ctx, (tx) =>
      tx.query<{ posted: string }>('select posted from ledger_account where tenant_id = $1 and id = $2', [ctx.tenantId, members[index]]),
    );
    expect(row?.posted).toBe('60');
    expect(await brokenInvariants(uow, ctx)).toEqual([]);
  }

  const sessions = await Promise.all(
    Array.from({ length: POOL }, async () => {
      const runner = dataSource.createQueryRunner();
      await runner.connect();
      return runner;
    }),
  );
  const settings = await Promise.all(
    sessions.map(
      (runner) =>
        runner.query(`select pg_backend_pid() as pid, coalesce(current_setting('app.tenant_id', true), '') as tenant`) as Promise<
          { pid: number; tenant: string }[]
        >,
    ),
  );
  expect(new Set(settings.flat().map(({ pid }) => pid)).size).toBe(POOL);
  expect(settings.flat().map(({ tenant }) => tenant)).toEqual(Array(POOL).fill(''));
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query(
    `select count(*)::int as open from pg_stat_activity where usename = 'tallystick_app' and datname = current_database() and state <> 'idle'`,
  );
  expect(rows).toEqual([{ open: 0 }]);
  await owner.end();
  await Promise.all(sessions.map((runner) => runner.release()));
});

test('a tenant context names a tenant that is not there: nothing is found, nothing happens', async () => {
  const [{ ctx, assetId }] = tenants;
  const stranger = { ...ctx, tenantId: newId() };
  const { earn } = commandsFor(tenants[0]);
  const [verdict] = await uow.run(stranger, (tx) => new PostTransactions().execute(tx, [earn(assetId, 1n)]));
  expect(refused(verdict)).toBe('unknown_account');
});
