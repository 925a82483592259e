import type { TenantContext } from '@tallystick/kernel';
import { arraysOf, constraintOf, sourceOf, type Prepared, type WriteTx } from '@tallystick/platform';
import type { Effects } from './effects.js';
import {
  BALANCES,
  ENTRIES,
  HOLDS,
  LOTS,
  LOT_DATES,
  LOT_USES,
  NEW_DEBTS,
  NEW_HOLDS,
  NEW_LOTS,
  NOTES,
  TRANSACTIONS,
  type Part,
} from './write-parts.js';

/** Human numbers of transactions have eight digits from the first on. */
export const FIRST_NUMBER = 10_000_000;

/**
 * Writes the effects of a list in one statement and gives its transactions their numbers. Balances, lots and holds are set to
 * their absolute new values, only where they changed; the accounts' locks make that safe.
 */
export async function writeEffects(tx: WriteTx<TenantContext>, effects: Effects, now: Date): Promise<void> {
  const { transactions, entries, newLots, uses, newHolds } = effects;
  if (transactions.length === 0) return;
  const made = new Set(newLots);
  const owing = new Set(effects.newDebts.values());
  const filled = [
    fill(TRANSACTIONS, transactions),
    fill(ENTRIES, entries),
    fill(NEW_DEBTS, [...effects.newDebts]),
    fill(
      BALANCES,
      [...effects.accounts].filter((account) => !owing.has(account)),
    ),
    fill(NEW_LOTS, newLots),
    fill(
      LOTS,
      [...effects.lots].filter((lot) => !made.has(lot)),
    ),
    fill(LOT_USES, uses),
    fill(LOT_DATES, effects.dates),
    fill(NEW_HOLDS, newHolds),
    fill(HOLDS, [...effects.holds]),
    fill(
      NOTES,
      transactions.filter(({ narration, metadata }) => narration !== null || metadata !== null),
    ),
  ];
  const values = [tx.ctx.tenantId, transactions.length, now, ...filled.flatMap(({ arrays }) => arrays)];
  const rows = await tx.query<{ base: string }>(statementFor(filled), values).catch(sayRunAgain);
  const base = BigInt((rows[0] as { base: string }).base);
  transactions.forEach((transaction, index) => (transaction.number = base + BigInt(index + 1)));
}

/** A part with the values of its rows; without rows it stays out of the statement. */
interface Filled {
  readonly arrays: readonly (string | null)[];
  sql(first: number): string;
}

const fill = <Row>(part: Part<Row>, rows: readonly Row[]): Filled => ({
  arrays: rows.length > 0 ? arraysOf(part.columns, rows) : [],
  sql: (first) => part.sql(sourceOf(part.columns, first), Object.keys(part.columns).join(', ')),
});

const statements = new Map<string, Prepared>();

/** The statement that writes just these parts: a single posting pays for no table that it does not touch. */
function statementFor(filled: readonly Filled[]): Prepared {
  const shape = filled.flatMap(({ arrays }, index) => (arrays.length > 0 ? [index] : [])).join('_');
  const known = statements.get(shape);
  if (known) return known;
  let first = 4;
  const parts = filled.flatMap(({ arrays, sql }, index) => {
    if (arrays.length === 0) return [];
    const part = `part_${index} as (${sql(first)})`;
    first += arrays.length;
    return [part];
  });
  const statement = { name: `ledger_write_${shape}`, text: `with ${[BUMP, ...parts].join(', ')} select base from bump` };
  statements.set(shape, statement);
  return statement;
}

const BUMP = `bump as (
  insert into ledger_counter (tenant_id, name, value) values ($1, 'transaction', ${FIRST_NUMBER} + $2::bigint)
  on conflict (tenant_id, name) do update set value = ledger_counter.value + $2::bigint
  returning value - $2::bigint as base
)`;

/**
 * A reference that another list recorded after this one had looked for it, on accounts that this one does not lock: like a
 * serialization failure it makes the unit of work run again, which then finds the reference.
 */
function sayRunAgain(error: unknown): never {
  if (constraintOf(error).constraint !== 'ledger_transaction_reference') throw error;
  throw Object.assign(new Error('a reference was recorded by another list meanwhile', { cause: error }), { code: '40001' });
}
