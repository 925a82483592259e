import { randomBytes } from 'node:crypto';
import { newId } from '@tallystick/kernel';
import { FindSeals, Reconcile, SealEntries } from '@tallystick/ledger';
import { createLogger, Keyring, Metrics, type UnitOfWork } from '@tallystick/platform';
import { FindTenant, TenantDirectory } from '@tallystick/tenancy';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities } from '../../../../test/support/identity.js';
import { insertTenant, ledgerFixture, type LedgerFixture } from '../../../../test/support/ledger.js';
import { tamper } from '../../../../test/support/tamper.js';
import { WorkContexts } from '../tenants/work-contexts.js';
import { ReconcileLedgers } from './reconcile-ledger.schedule.js';
import { SealLedgers } from './seal-ledger.schedule.js';

let database: TestDatabase;
let worker: { uow: UnitOfWork; close(): Promise<void> };
let contexts: WorkContexts;
let log: string[];
const keyring = new Keyring([randomBytes(32)]);
const seals = new FindSeals();
const never = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openUnitOfWork(database.workerUrl, { entities: accessEntities });
});
beforeEach(() => {
  log = [];
  const logger = createLogger({ app: 'test', level: 'error' }, { write: (line) => void log.push(line) });
  contexts = new WorkContexts(worker.uow, new TenantDirectory(worker.uow, new FindTenant()), logger);
});
afterAll(async () => {
  await worker?.close();
  await database?.close();
});

async function posted(times: number): Promise<LedgerFixture> {
  const ledger = await ledgerFixture(worker.uow, await insertTenant(database.ownerUrl));
  const account = await ledger.openAccount();
  const earn = () =>
    ({ act: 'post', id: newId(), kind: 'earn', account, legs: [{ from: ledger.issuance, to: account, amount: 1n }] }) as const;
  for (let left = times; left > 0; left -= 1_000) await ledger.post(...Array.from({ length: Math.min(left, 1_000) }, earn));
  return ledger;
}
const sealed = (ledger: LedgerFixture) => worker.uow.read(ledger.ctx, (tx) => seals.list(tx, 10));

describe('the sealing of ledgers', () => {
  const work = () => new SealLedgers(contexts, worker.uow, seals, new SealEntries(keyring));

  it('seals everything that tenants have posted, in several seals where it is much, and then has nothing to do', async () => {
    const [much, little] = [await posted(2_100), await posted(1)];
    await work().run(never);
    expect(await sealed(much)).toMatchObject([
      { number: '2', leaf_count: 104 },
      { number: '1', leaf_count: 4_096 },
    ]);
    expect(await sealed(little)).toMatchObject([{ number: '1', leaf_count: 2 }]);
    await work().run(never);
    expect(await sealed(little)).toHaveLength(1);
    expect(log).toEqual([]);
  });

  it('is not kept from the other tenants by one whose key cannot be opened', async () => {
    const ledger = await posted(1);
    await worker.uow.run(ledger.ctx, (tx) => new SealEntries(new Keyring([randomBytes(32)])).execute(tx));
    const account = await ledger.openAccount();
    await ledger.post({ act: 'post', id: newId(), kind: 'earn', account, legs: [{ from: ledger.issuance, to: account, amount: 1n }] });
    const others = await Promise.all([posted(1), posted(1)]);
    await work().run(never);
    for (const other of others) expect(await sealed(other)).toHaveLength(1);
    expect(await sealed(ledger)).toHaveLength(1);
    expect(log.join()).toContain('not in the keyring');
  });

  it('comes to an end when it is asked to', async () => {
    const ledger = await posted(1);
    await work().run(AbortSignal.abort());
    expect(await sealed(ledger)).toEqual([]);
  });
});

describe('the reconciliation of ledgers (LED-01)', () => {
  it('shows how many differences there are over all tenants, and logs which', async () => {
    const metrics = new Metrics('worker');
    const logger = createLogger({ app: 'test', level: 'error' }, { write: (line) => void log.push(line) });
    const work = new ReconcileLedgers(contexts, worker.uow, new Reconcile(), metrics, logger);
    const gauge = async () => /^ledger_differences{[^}]*} (\d+)$/m.exec(await metrics.registry.metrics())?.[1];
    const [first, second] = [await posted(2), await posted(2)];
    await work.run(never);
    expect([await gauge(), log]).toEqual(['0', []]);
    for (const { ctx } of [first, second]) {
      await tamper(database.ownerUrl, 'update ledger_entry set amount = amount + 1 where tenant_id = $1 and seq = 2 and amount > 0', [
        ctx.tenantId,
      ]);
    }
    await work.run(never);
    expect(Number(await gauge())).toBeGreaterThanOrEqual(4);
    for (const { ctx } of [first, second]) expect(log.join()).toContain(ctx.tenantId);
  });
});
