import type { TenantContext } from '@tallystick/kernel';
import type { Prepared, WriteTx } from '@tallystick/platform';
import type { LedgerCommand } from './commands.js';
import { owedBy } from './debt.policy.js';
import {
  HOLD_COLUMNS,
  LOT_COLUMNS,
  TRANSACTION_COLUMNS,
  readAccount,
  readHold,
  readLot,
  readTransaction,
  readUse,
  type AccountRow,
  type HoldRow,
  type LotRow,
  type TransactionRow,
  type UseRow,
} from './rows.js';
import { emptyState, heirOf, type LedgerState, type LedgerTransaction } from './state.js';

type Tx = WriteTx<TenantContext>;

/** What a list of commands names, gathered before anything is read. */
interface Named {
  accounts: Set<string>;
  references: Set<string>;
  targets: Set<string>;
  targetReferences: Set<string>;
  holds: Set<string>;
  /** Accounts whose lots a command may use; credits alone need none. */
  debited: Set<string>;
  /** Accounts of targets: who goes on for one of them takes its place. */
  turned: Set<string>;
}

/**
 * Locks what the commands touch and reads it: first facts that never change (targets, the account of a hold), then the accounts
 * in the order of their ids `for no key update`, then, in snapshots taken after the locks, all that depends on them.
 * The moment of the list is the tenant's time after its locks were granted.
 */
export async function loadState(tx: Tx, commands: readonly LedgerCommand[]): Promise<{ state: LedgerState; now: Date }> {
  const named = gather(commands);
  const state = emptyState();
  await readTargets(tx, state, named);
  await readHoldAccounts(tx, named);
  await nameSuccessors(tx, named);
  await lockAccounts(tx, state, named);
  await lockDebts(tx, state, named);
  const now = await readReferences(tx, state, named);
  await readReversals(tx, state, named);
  await readHolds(tx, state, named);
  await readUses(tx, state, named);
  await readLots(tx, state, named);
  return { state, now };
}

function gather(commands: readonly LedgerCommand[]): Named {
  const named: Named = {
    accounts: new Set(),
    references: new Set(),
    targets: new Set(),
    targetReferences: new Set(),
    holds: new Set(),
    debited: new Set(),
    turned: new Set(),
  };
  for (const command of commands) {
    named.accounts.add(command.account);
    if (command.slide) named.debited.add(command.account);
    if (command.reference) named.references.add(command.reference.key);
    if (command.act === 'post') {
      for (const leg of command.legs) {
        named.accounts.add(leg.from).add(leg.to);
        named.debited.add(leg.from);
      }
      continue;
    }
    named.debited.add(command.account);
    if ('expired' in command && command.expired !== undefined) named.accounts.add(command.expired);
    if ('to' in command) named.accounts.add(command.to);
    if (command.act === 'hand_over') named.debited.add(command.to);
    if ('holdId' in command) named.holds.add(command.holdId);
    if (command.act === 'reverse') {
      if ('id' in command.target) named.targets.add(command.target.id);
      else named.targetReferences.add(command.target.reference);
      if (command.paidBy) named.targets.add(command.paidBy.target);
    }
  }
  return named;
}

async function readTargets(tx: Tx, state: LedgerState, named: Named): Promise<void> {
  if (named.targets.size + named.targetReferences.size === 0) return;
  const rows = await tx.query<TransactionRow>(
    `select ${TRANSACTION_COLUMNS} from ledger_transaction t where t.tenant_id = $1 and t.id = any($2::uuid[])
     union all
     select ${TRANSACTION_COLUMNS} from ledger_transaction t where t.tenant_id = $1 and t.reference = any($3::text[]) and not t.id = any($2::uuid[])`,
    [tx.ctx.tenantId, [...named.targets], [...named.targetReferences]],
  );
  for (const row of rows) {
    const target = readTransaction(row);
    remember(state, target);
    nameTarget(named, target);
  }
}

/** A reversal takes back on one side of each leg and restores on the other. */
function nameTarget(named: Named, target: LedgerTransaction): void {
  named.targets.add(target.id);
  for (const leg of target.legs) {
    named.accounts.add(leg.from).add(leg.to);
    named.debited.add(leg.from).add(leg.to);
    named.turned.add(leg.from).add(leg.to);
  }
}

function remember(state: LedgerState, transaction: LedgerTransaction): void {
  state.transactions.set(transaction.id, transaction);
  if (transaction.reference) state.references.set(transaction.reference, transaction);
}

async function readHoldAccounts(tx: Tx, named: Named): Promise<void> {
  if (named.holds.size === 0) return;
  const rows = await tx.query<{ account_id: string }>('select account_id from ledger_hold where tenant_id = $1 and id = any($2::uuid[])', [
    tx.ctx.tenantId,
    [...named.holds],
  ]);
  for (const row of rows) {
    named.accounts.add(row.account_id);
    named.debited.add(row.account_id);
  }
}

const LOCK_ACCOUNTS: Prepared = {
  name: 'ledger_lock_accounts',
  text: `select id, asset_id, floor, lotted, debt_id, successor_id, posted, held, seq from ledger_account
    where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update`,
};

async function lockAccounts(tx: Tx, state: LedgerState, named: Named): Promise<void> {
  const rows = await tx.query<AccountRow>(LOCK_ACCOUNTS, [tx.ctx.tenantId, [...named.accounts]]);
  for (const row of rows) state.accounts.set(row.id, readAccount(row));
  // A holder was merged between the two statements: run again, as after a serialization failure.
  if ([...named.turned].some((id) => state.accounts.has(id) && !state.accounts.has(heirOf(state, id))))
    throw Object.assign(new Error('a holder was merged meanwhile'), { code: '40001' });
}

/** A reversal takes from, and gives to, who goes on for the holders of its target. */
async function nameSuccessors(tx: Tx, named: Named): Promise<void> {
  if (named.turned.size === 0) return;
  const rows = await tx.query<{ successor_id: string }>(
    'select successor_id from ledger_account where tenant_id = $1 and id = any($2::uuid[]) and successor_id is not null',
    [tx.ctx.tenantId, [...named.turned]],
  );
  for (const { successor_id: id } of rows) {
    named.accounts.add(id);
    named.debited.add(id);
  }
}

/** Only who has locked the account that owes comes here: nobody can wait in a circle. A debt is paid out of any lot that is there. */
async function lockDebts(tx: Tx, state: LedgerState, named: Named): Promise<void> {
  const owing = [...state.accounts.values()].filter(({ debtId }) => debtId !== null);
  if (owing.length === 0) return;
  const rows = await tx.query<AccountRow>(LOCK_ACCOUNTS, [tx.ctx.tenantId, owing.map(({ debtId }) => debtId)]);
  for (const row of rows) state.accounts.set(row.id, readAccount(row));
  for (const account of owing) if (owedBy(state, account) > 0n) named.debited.add(account.id);
}

const READ_REFERENCES: Prepared = {
  name: 'ledger_read_references',
  // A sandbox's clock may have moved since the context was made: what is recorded after the move is never told to be before it.
  text: `select m.moment, ${TRANSACTION_COLUMNS} from (
      select greatest(tenant_now(), date_trunc('milliseconds', clock_timestamp())
        + coalesce((select clock_offset_ms from tenant where id = $1), 0) * interval '1 millisecond') as moment) m
    left join ledger_transaction t on t.tenant_id = $1 and t.reference = any($2::text[])`,
};

async function readReferences(tx: Tx, state: LedgerState, named: Named): Promise<Date> {
  const wanted = [...named.references, ...named.targetReferences];
  const rows = await tx.query<TransactionRow & { moment: Date }>(READ_REFERENCES, [tx.ctx.tenantId, wanted]);
  for (const transaction of rows.filter((row) => row.id).map(readTransaction)) {
    remember(state, transaction);
    if (named.targetReferences.has(transaction.reference as string)) nameTarget(named, transaction);
  }
  return (rows[0] as { moment: Date }).moment;
}

async function readReversals(tx: Tx, state: LedgerState, named: Named): Promise<void> {
  if (named.targets.size === 0) return;
  const rows = await tx.query<TransactionRow>(
    `select ${TRANSACTION_COLUMNS} from ledger_transaction t
     where t.tenant_id = $1 and t.ref_id = any($2::uuid[]) and t.kind = 'reversal' order by t.number`,
    [tx.ctx.tenantId, [...named.targets]],
  );
  for (const reversal of rows.map(readTransaction)) {
    append(state.reversals, reversal.refId as string, reversal);
  }
}

async function readHolds(tx: Tx, state: LedgerState, named: Named): Promise<void> {
  const placed = [...state.transactions.values()].filter((transaction) => transaction.kind === 'hold').map((transaction) => transaction.id);
  const ids = [...new Set([...named.holds, ...placed])];
  if (ids.length === 0) return;
  const rows = await tx.query<HoldRow>(`select ${HOLD_COLUMNS} from ledger_hold h where h.tenant_id = $1 and h.id = any($2::uuid[])`, [
    tx.ctx.tenantId,
    ids,
  ]);
  for (const row of rows) state.holds.set(row.id, readHold(row));
}

/** The targets and their reversals so far. */
const turned = (state: LedgerState, named: Named): string[] => [
  ...named.targets,
  ...[...state.reversals.values()].flat().map((reversal) => reversal.id),
];

async function readUses(tx: Tx, state: LedgerState, named: Named): Promise<void> {
  const transactions = turned(state, named);
  const holds = [...state.holds.keys()];
  if (transactions.length + holds.length === 0) return;
  const rows = await tx.query<UseRow>(
    `select transaction_id, lot_id, account_id, position, remaining_change, held_change, hold_id from ledger_lot_use
     where tenant_id = $1 and (transaction_id = any($2::uuid[]) or hold_id = any($3::uuid[])) order by recorded_at, position`,
    [tx.ctx.tenantId, transactions, holds],
  );
  for (const use of rows.map(readUse)) {
    append(state.uses, use.transactionId, use);
    if (use.holdId) append(state.holdUses, use.holdId, use);
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

async function readLots(tx: Tx, state: LedgerState, named: Named): Promise<void> {
  const accounts = [...named.debited].filter((id) => state.accounts.get(id)?.lotted);
  if (accounts.length === 0) return;
  const used = new Set([...state.uses.values(), ...state.holdUses.values()].flat().map((use) => use.lotId));
  const rows = await tx.query<LotRow & { expired: string }>(
    `with recursive made as (
       select id, account_id from ledger_lot where tenant_id = $1 and transaction_id = any($4::uuid[])
       union select l.id, l.account_id from made m join ledger_lot l on l.tenant_id = $1 and l.parent_id = m.id and l.account_id <> m.account_id
     ), wanted as (
       select id, account_id from ledger_lot where tenant_id = $1 and account_id = any($2::uuid[]) and open
       union select id, account_id from ledger_lot where tenant_id = $1 and account_id = any($2::uuid[]) and id = any($3::uuid[])
       union select id, account_id from made
     )
     select ${LOT_COLUMNS}, case when exists (select from made where made.id = l.id) then (
         select coalesce(-sum(u.remaining_change), 0) from ledger_lot_use u
         join ledger_transaction e on e.tenant_id = u.tenant_id and e.id = u.transaction_id and e.kind = 'expire'
         where u.tenant_id = $1 and u.lot_id = l.id
       ) else 0 end as expired
     from wanted w join ledger_lot l on l.tenant_id = $1 and l.account_id = w.account_id and l.id = w.id`,
    [tx.ctx.tenantId, accounts, [...used], turned(state, named)],
  );
  for (const row of rows) {
    const lot = readLot(row);
    state.lots.set(lot.id, lot);
    append(state.lotsOf, lot.accountId, lot);
    if (row.expired !== '0') state.expiredOf.set(lot.id, BigInt(row.expired));
  }
}
