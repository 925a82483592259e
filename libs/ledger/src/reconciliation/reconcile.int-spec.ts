import { randomBytes } from 'node:crypto';
import { newId } from '@tallystick/kernel';
import { Keyring, type UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { insertTenant, ledgerFixture, type LedgerFixture } from '../../../../test/support/ledger.js';
import { tamper } from '../../../../test/support/tamper.js';
import { CHECKS, Reconcile, SealEntries, type LedgerCommand, type Reconciliation } from '../index.js';

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
let worker: { uow: UnitOfWork; close(): Promise<void> };

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl);
  worker = await openUnitOfWork(database.workerUrl);
});
afterAll(async () => {
  await app?.close();
  await worker?.close();
  await database?.close();
});

const reconcile = (ledger: LedgerFixture): Promise<Reconciliation> => app.uow.read(ledger.ctx, (tx) => new Reconcile().execute(tx));

/** A tenant with something of everything: earnings, a redemption, its reversal in part, an open hold captured in part, two seals. */
async function books(): Promise<{ ledger: LedgerFixture; account: string }> {
  const ledger = await ledgerFixture(app.uow, await insertTenant(database.ownerUrl));
  const account = await ledger.openAccount();
  const { issuance, redeemed, expired } = ledger;
  const fact = (kind: string) => ({ id: newId(), kind, account });
  const [redemption, hold] = [newId(), newId()];
  const commands: LedgerCommand[] = [
    { ...fact('earn'), act: 'post', legs: [{ from: issuance, to: account, amount: 100n }] },
    { ...fact('earn'), act: 'post', legs: [{ from: issuance, to: account, amount: 50n }] },
    { ...fact('redeem'), id: redemption, act: 'post', legs: [{ from: account, to: redeemed, amount: 30n }] },
    { ...fact('hold'), id: hold, act: 'hold', amount: 40n, expiresAt: null },
    { ...fact('capture'), act: 'capture', holdId: hold, to: redeemed, amount: 15n, keepOpen: true, expired },
    {
      ...fact('reversal'),
      act: 'reverse',
      target: { id: redemption },
      share: { part: 1n, whole: 3n },
      shortage: 'refuse',
      lapsed: { policy: 'expire' },
      expired,
    },
  ];
  for (const command of commands) expect(await ledger.post(command)).toMatchObject([{ outcome: 'posted' }]);
  for (const limit of [2, 3]) await worker.uow.run(ledger.ctx, (tx) => new SealEntries(new Keyring([KEY])).execute(tx, limit));
  return { ledger, account };
}
const KEY = randomBytes(32);

describe('reconciliation (LED-01)', () => {
  test('finds nothing in sound books, nor in empty ones', async () => {
    const { ledger } = await books();
    expect(await reconcile(ledger)).toEqual({ checked_at: expect.stringMatching(/^\d{4}-.*Z$/), balanced: true, differences: [] });
    expect(await reconcile(await ledgerFixture(app.uow, await insertTenant(database.ownerUrl)))).toMatchObject({ balanced: true });
  });

  const of = 'where tenant_id = $1';
  const breaks: Record<string, [sql: string, difference: object]> = {
    account_balance: [`update ledger_account set posted = posted + 1 ${of} and id = $2`, { expected: '115', found: '116' }],
    account_sequence: [
      `update ledger_account set seq = seq + 1 ${of} and id = $2`,
      { expected: '6 entries, the last 6', found: '5 entries, the last 5' },
    ],
    balance_chain: [`update ledger_entry set balance_after = 121 ${of} and account_id = $2 and seq = 3`, { expected: '120', found: '121' }],
    account_held: [`update ledger_account set held = held - 1 ${of} and id = $2`, { expected: '25', found: '24' }],
    account_floor: [`update ledger_account set floor = 91 ${of} and id = $2`, { expected: 'at least 91', found: '90' }],
    account_debt: [
      `insert into ledger_account (tenant_id, id, asset_id, owner_id, owner_type, purpose, lotted)
       select tenant_id, gen_random_uuid(), asset_id, id, 'wallet', 'debt', false from ledger_account ${of} and id = $2`,
      { found: '0, named by none' },
    ],
    asset_total: [`update ledger_account set posted = posted + 7 ${of} and id = $2`, { expected: '0', found: '7' }],
    transaction_balance: [
      `update ledger_entry set amount = amount + 1 ${of} and account_id = $2 and seq = 1`,
      { expected: '0', found: '1' },
    ],
    transaction_entries: [
      `delete from ledger_entry ${of} and account_id = $2 and seq = 2`,
      { expected: expect.stringMatching(/^50 by /), found: 'none' },
    ],
    transaction_amount: [
      `update ledger_transaction set amount = -31 ${of} and kind = 'redeem' and account_id = $2`,
      { expected: '-30', found: '-31' },
    ],
    transaction_numbers: [
      `delete from ledger_transaction ${of} and number = 10000003 and account_id = $2`,
      { expected: '10000003', found: '10000004' },
    ],
    reversals: [
      `update ledger_transaction set legs = jsonb_set(legs, '{0,amount}', '"31"') ${of} and kind = 'reversal' and account_id = $2`,
      { expected: 'at most 30', found: '31' },
    ],
    lot_total: [
      `update ledger_lot set remaining = remaining - 1 ${of} and account_id = $2 and original = 100`,
      { expected: '115', found: '114' },
    ],
    lot_remaining: [
      `update ledger_lot set remaining = remaining - 1 ${of} and account_id = $2 and original = 50`,
      { expected: '50', found: '49' },
    ],
    lot_held: [`update ledger_lot set held = held + 1 ${of} and account_id = $2 and original = 50`, { expected: '0', found: '1' }],
    lot_date: [
      `insert into ledger_lot_date (tenant_id, lot_id, transaction_id, account_id, expires_before, expires_after, recorded_at)
       select tenant_id, id, transaction_id, account_id, now() + interval '1 day', now() + interval '2 days', now() from ledger_lot
       ${of} and account_id = $2 and original = 50`,
      { found: 'never' },
    ],
    hold_lots: [`update ledger_hold set captured = captured + 1 ${of} and account_id = $2`, { expected: '24', found: '25' }],
    seals: [
      `update ledger_seal set first_transaction = first_transaction - 1 ${of} and number = 2 and $2::uuid is not null`,
      { subject: '2' },
    ],
  };

  test.each(Object.entries(breaks))('%s notices what a superuser did', async (check, [sql, difference]) => {
    const { ledger, account } = await books();
    if (check === 'account_floor') await tamper(database.ownerUrl, 'alter table ledger_account drop constraint ledger_account_floor');
    expect(await tamper(database.ownerUrl, sql, [ledger.ctx.tenantId, account])).toBe(1);
    const { balanced, differences } = await reconcile(ledger);
    expect(balanced).toBe(false);
    expect(differences).toContainEqual(expect.objectContaining({ check, ...difference }));
  });

  test('every check has its break above', () => {
    expect(Object.keys(breaks).sort()).toEqual(CHECKS.map(({ name }) => name).sort());
  });

  test('names the entry, not only the account; and what was added as well as what was taken', async () => {
    const { ledger, account } = await books();
    await tamper(
      database.ownerUrl,
      `insert into ledger_entry select tenant_id, account_id, 6, transaction_id, 5, 120, recorded_at from ledger_entry
       where tenant_id = $1 and account_id = $2 and seq = 5`,
      [ledger.ctx.tenantId, account],
    );
    expect((await reconcile(ledger)).differences).toContainEqual({
      check: 'transaction_entries',
      subject: `${account}:6`,
      expected: 'none',
      found: expect.stringMatching(/^5 by /),
    });
  });

  test('misses an account that was removed', async () => {
    const { ledger, account } = await books();
    await tamper(database.ownerUrl, 'delete from ledger_account where tenant_id = $1 and id = $2', [ledger.ctx.tenantId, account]);
    expect((await reconcile(ledger)).differences).toContainEqual({
      check: 'account_balance',
      subject: account,
      expected: '115',
      found: 'no account',
    });
  });

  test.each(['null', '{}', '"x"', '[null, 5, {"from": 1}]', '[{"from": "x", "to": null, "amount": "1e9"}]'])(
    'does not stumble over legs that are %s',
    async (legs) => {
      const { ledger, account } = await books();
      await tamper(database.ownerUrl, 'update ledger_transaction set legs = $3 where tenant_id = $1 and account_id = $2', [
        ledger.ctx.tenantId,
        account,
        legs,
      ]);
      const { differences } = await reconcile(ledger);
      expect(differences.filter(({ check }) => check === 'transaction_entries').length).toBeGreaterThanOrEqual(10);
    },
  );

  test('shows a hundred differences at most', async () => {
    const { ledger } = await books();
    await tamper(database.ownerUrl, `insert into ledger_entry select $1, $2, i, $2, 1, 0, now() from generate_series(1, 300) i`, [
      ledger.ctx.tenantId,
      newId(),
    ]);
    expect((await reconcile(ledger)).differences).toHaveLength(100);
  });

  test('is of one moment: what is posted meanwhile does not disturb it', async () => {
    const { ledger, account } = await books();
    const post = () =>
      ledger.post({ act: 'post', id: newId(), kind: 'earn', account, legs: [{ from: ledger.issuance, to: account, amount: 1n }] });
    for (let i = 0; i < 5; i++) {
      const [found] = await Promise.all([reconcile(ledger), ...Array.from({ length: 10 }, post)]);
      expect(found).toMatchObject({ balanced: true });
    }
  });

  test('is of one tenant', async () => {
    const [{ ledger, account }, other] = [await books(), await books()];
    await tamper(database.ownerUrl, 'update ledger_account set posted = posted + 1 where tenant_id = $1 and id = $2', [
      ledger.ctx.tenantId,
      account,
    ]);
    expect(await reconcile(other.ledger)).toMatchObject({ balanced: true });
  });
});
