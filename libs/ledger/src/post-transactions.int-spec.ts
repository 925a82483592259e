import { newId } from '@tallystick/kernel';
import type { LedgerCommand, LotTerms } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import { graceOf } from '../../../test/support/ledger-commands.js';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { insertTenant, ledgerFixture, type LedgerFixture } from '../../../test/support/ledger.js';

const DAY = 86_400_000;
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let ledger: LedgerFixture;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
  ledger = await ledgerFixture(uow, await insertTenant(database.ownerUrl));
});
afterAll(async () => {
  await close();
  await database.close();
});

const lasting = (days: number | null): LotTerms => {
  const now = new Date();
  return {
    earnedAt: now,
    availableAt: new Date(now.getTime() - 1),
    expiresAt: days === null ? null : new Date(now.getTime() + days * DAY),
  };
};
const earn = (account: string, amount: bigint, days: number | null = null, reference?: string): LedgerCommand => ({
  act: 'post',
  id: newId(),
  kind: 'earn',
  account,
  legs: [{ from: ledger.issuance, to: account, amount, lot: lasting(days) }],
  ...(reference && { reference: { key: reference, hash: 'a'.repeat(64) } }),
});
const redeem = (account: string, amount: bigint): LedgerCommand => ({
  act: 'post',
  id: newId(),
  kind: 'redeem',
  account,
  legs: [{ from: account, to: ledger.redeemed, amount }],
});
const reverse = (account: string, id: string, rest: object = {}): LedgerCommand => ({
  act: 'reverse',
  id: newId(),
  kind: 'reversal',
  account,
  target: { id },
  shortage: 'take_available',
  expired: ledger.expired,
  lapsed: graceOf(30 * DAY),
  ...rest,
});
const rows = <T>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
  uow.read(ledger.ctx, (tx) => tx.query<T>(sql, [ledger.ctx.tenantId, ...parameters]));
const lotsOf = (account: string) =>
  rows<{ original: string; remaining: string; held: string }>(
    'select original, remaining, held from ledger_lot where tenant_id = $1 and account_id = $2 order by expires_at, id',
    [account],
  );

describe('posting', () => {
  test('an earn makes a lot, two entries and a numbered transaction (C1.1)', async () => {
    const account = await ledger.openAccount();
    const [verdict] = await ledger.post(earn(account, 100n));
    expect(verdict).toMatchObject({ outcome: 'posted', transaction: { amount: 100n, balanceAfter: 100n } });
    expect((verdict as { transaction: { number: bigint } }).transaction.number).toBeGreaterThan(10_000_000n);
    expect(await lotsOf(account)).toEqual([{ original: '100', remaining: '100', held: '0' }]);
  });

  test('64 redemptions of 80 at once from 100: one succeeds (LED-04, C1.11)', async () => {
    const account = await ledger.openAccount();
    await ledger.post(earn(account, 60n, 10), earn(account, 40n, 5));
    const verdicts = await Promise.all(Array.from({ length: 64 }, () => ledger.post(redeem(account, 80n))));
    expect(verdicts.flat().filter((verdict) => verdict.outcome === 'posted')).toHaveLength(1);
    expect(verdicts.flat().filter((verdict) => verdict.outcome === 'refused' && verdict.reason === 'insufficient')).toHaveLength(63);
    expect(await lotsOf(account)).toEqual([
      { original: '40', remaining: '0', held: '0' },
      { original: '60', remaining: '20', held: '0' },
    ]);
  });

  test('60 crossing transfers: no deadlock reaches a caller (LED-05)', async () => {
    const [a, b] = [await ledger.openAccount(), await ledger.openAccount()];
    await ledger.post(earn(a, 1_000n), earn(b, 1_000n));
    const transfer = (from: string, to: string): LedgerCommand => ({
      act: 'post',
      id: newId(),
      kind: 'transfer',
      account: from,
      legs: [{ from, to, amount: 10n }],
    });
    const verdicts = await Promise.all(Array.from({ length: 60 }, (_, i) => ledger.post(i % 2 ? transfer(a, b) : transfer(b, a))));
    expect(verdicts.flat().every((verdict) => verdict.outcome === 'posted')).toBe(true);
  });

  test('one reference sent 20 times at once posts once; other content is a conflict', async () => {
    const account = await ledger.openAccount();
    const verdicts = (await Promise.all(Array.from({ length: 20 }, () => ledger.post(earn(account, 7n, null, 'purchase:1'))))).flat();
    expect(verdicts.filter((verdict) => verdict.outcome === 'posted')).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict.outcome === 'replayed')).toHaveLength(19);
    const [other] = await ledger.post({ ...earn(account, 8n), reference: { key: 'purchase:1', hash: 'b'.repeat(64) } });
    expect(other).toMatchObject({ outcome: 'conflict' });
  });

  test('a reversal sent 20 times at once moves once, and says by which one (C2.4)', async () => {
    const account = await ledger.openAccount();
    const [spent] = await ledger.post(earn(account, 50n, 10), redeem(account, 30n)).then((verdicts) => verdicts.slice(1));
    const id = (spent as { transaction: { id: string } }).transaction.id;
    const verdicts = (await Promise.all(Array.from({ length: 20 }, () => ledger.post(reverse(account, id))))).flat();
    expect(verdicts.filter((verdict) => verdict.outcome === 'posted')).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict.outcome === 'refused' && verdict.reason === 'already_reversed')).toHaveLength(19);
    expect(await lotsOf(account)).toEqual([{ original: '50', remaining: '50', held: '0' }]);
  });

  test('cumulative partial refunds give back exactly the whole: 33, 34, 33 (C3.6)', async () => {
    const account = await ledger.openAccount();
    const [earned] = await ledger.post(earn(account, 100n));
    const id = (earned as { transaction: { id: string } }).transaction.id;
    const amounts: bigint[] = [];
    for (let i = 0; i < 3; i++) {
      const [verdict] = await ledger.post(reverse(account, id, { share: { part: 10_000n, whole: 30_000n } }));
      amounts.push((verdict as { transaction: { amount: bigint } }).transaction.amount);
    }
    expect(amounts).toEqual([-33n, -34n, -33n]);
    expect(await ledger.post(reverse(account, id, { share: { part: 1n, whole: 30_000n } }))).toMatchObject([
      { reason: 'already_reversed' },
    ]);
  });

  test('a hold survives the expiry of its lot; capture succeeds, release expires at once (C1.9)', async () => {
    const account = await ledger.openAccount();
    await ledger.post(earn(account, 100n, 1));
    const hold = (amount: bigint): LedgerCommand => ({ act: 'hold', id: newId(), kind: 'hold', account, amount, expiresAt: null });
    const holds = await ledger.post(hold(60n), hold(30n));
    const [first, second] = holds.map((verdict) => (verdict as { transaction: { id: string } }).transaction.id) as [string, string];
    const later = ledger.ahead(2 * DAY);
    expect(await later.post({ act: 'expire', id: newId(), kind: 'expire', account, expired: ledger.expired })).toMatchObject([
      { transaction: { amount: -10n } },
    ]);
    const capture = {
      act: 'capture',
      id: newId(),
      kind: 'capture',
      account,
      holdId: first,
      to: ledger.redeemed,
      expired: ledger.expired,
    } as const;
    expect(await later.post({ ...capture, amount: 40n, keepOpen: true })).toMatchObject([{ hold: { status: 'held', captured: 40n } }]);
    expect(await later.post({ ...capture, id: newId() })).toMatchObject([{ hold: { status: 'captured', captured: 60n } }]);
    await later.post({ act: 'release', id: newId(), kind: 'release', account, holdId: second, cause: 'released', expired: ledger.expired });
    expect(await lotsOf(account)).toEqual([{ original: '100', remaining: '0', held: '0' }]);
    expect(await rows('select posted, held from ledger_account where tenant_id = $1 and id = $2', [account])).toEqual([
      { posted: '0', held: '0' },
    ]);
  });
});

describe('what the schema refuses', () => {
  test.each(['ledger_transaction', 'ledger_entry', 'ledger_lot_use'])('the runtime role may not change %s (LED-15)', async (table) => {
    for (const statement of [`update ${table} set recorded_at = now()`, `delete from ${table}`, `truncate ${table}`]) {
      await expect(uow.run(ledger.ctx, (tx) => tx.query(statement))).rejects.toThrow(/permission denied/);
    }
  });

  test('nor may the owner: a trigger refuses', async () => {
    const owner = await openUnitOfWork(database.ownerUrl);
    await expect(owner.uow.run(ledger.ctx, (tx) => tx.query('update ledger_entry set amount = amount + 1'))).rejects.toThrow(/append-only/);
    await expect(owner.uow.run(ledger.ctx, (tx) => tx.query('truncate ledger_entry'))).rejects.toThrow(/append-only/);
    await owner.close();
  });
});
