import type { TenantContext } from '@tallystick/kernel';
import { constraintOf, type Prepared, type WriteTx } from '@tallystick/platform';
import type { Effects } from './effects.js';
import { writeLegs } from './rows.js';

/** Human numbers of transactions have eight digits from the first on. */
export const FIRST_NUMBER = 10_000_000;

/**
 * Writes the effects of a list in one statement and gives its transactions their numbers. Balances, lots and holds are set to
 * their absolute new values, only where they changed; the accounts' locks make that safe.
 */
export async function writeEffects(tx: WriteTx<TenantContext>, effects: Effects, now: Date): Promise<void> {
  const { transactions, entries, newLots, uses, newHolds } = effects;
  if (transactions.length === 0) return;
  const accounts = [...effects.accounts];
  const made = new Set(newLots);
  const lots = [...effects.lots].filter((lot) => !made.has(lot));
  const holds = [...effects.holds];
  const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
  const written = tx.query<{ base: string }>(WRITE, [
    tx.ctx.tenantId,
    transactions.length,
    transactions.map((t) => t.id),
    transactions.map((t) => t.kind),
    transactions.map((t) => t.reference),
    transactions.map((t) => t.hash),
    transactions.map((t) => t.refId),
    transactions.map((t) => t.once),
    transactions.map((t) => t.accountId),
    transactions.map((t) => t.counterAccountId),
    transactions.map((t) => t.amount),
    transactions.map((t) => t.balanceAfter),
    transactions.map((t) => t.heldAfter),
    transactions.map((t) => t.part),
    transactions.map((t) => t.whole),
    transactions.map((t) => t.due),
    transactions.map(writeLegs),
    transactions.map((t) => t.availableAt),
    transactions.map((t) => t.effectiveAt),
    transactions.map((t) => t.narration),
    transactions.map((t) => json(t.metadata)),
    transactions.map((t) => json(t.details)),
    now,
    entries.map((e) => e.accountId),
    entries.map((e) => e.seq),
    entries.map((e) => e.transactionId),
    entries.map((e) => e.amount),
    entries.map((e) => e.balanceAfter),
    accounts.map((a) => a.id),
    accounts.map((a) => a.posted),
    accounts.map((a) => a.held),
    accounts.map((a) => a.seq),
    newLots.map((l) => l.id),
    newLots.map((l) => l.accountId),
    newLots.map((l) => l.transactionId),
    newLots.map((l) => l.parentId),
    newLots.map((l) => l.original),
    newLots.map((l) => l.remaining),
    newLots.map((l) => l.held),
    newLots.map((l) => l.earnedAt),
    newLots.map((l) => l.availableAt),
    newLots.map((l) => l.expiresAt),
    lots.map((l) => l.id),
    lots.map((l) => l.accountId),
    lots.map((l) => l.remaining),
    lots.map((l) => l.held),
    uses.map((u) => u.transactionId),
    uses.map((u) => u.lotId),
    uses.map((u) => u.accountId),
    uses.map((u) => u.position),
    uses.map((u) => u.remainingChange),
    uses.map((u) => u.heldChange),
    uses.map((u) => u.holdId),
    newHolds.map((h) => h.id),
    newHolds.map((h) => h.accountId),
    newHolds.map((h) => h.amount),
    newHolds.map((h) => h.captured),
    newHolds.map((h) => h.released),
    newHolds.map((h) => h.status),
    newHolds.map((h) => h.expiresAt),
    holds.map((h) => h.id),
    holds.map((h) => h.captured),
    holds.map((h) => h.released),
    holds.map((h) => h.status),
  ]);
  const rows = await written.catch(sayRunAgain);
  const base = BigInt((rows[0] as { base: string }).base);
  transactions.forEach((transaction, index) => (transaction.number = base + BigInt(index + 1)));
}

/**
 * A reference that another list recorded after this one had looked for it, on accounts that this one does not lock: like a
 * serialization failure it makes the unit of work run again, which then finds the reference.
 */
function sayRunAgain(error: unknown): never {
  if (constraintOf(error).constraint !== 'ledger_transaction_reference') throw error;
  throw Object.assign(new Error('a reference was recorded by another list meanwhile', { cause: error }), { code: '40001' });
}

const WRITE: Prepared = {
  name: 'ledger_write',
  text: `
with bump as (
  insert into ledger_counter (tenant_id, name, value) values ($1, 'transaction', ${FIRST_NUMBER} + $2::bigint)
  on conflict (tenant_id, name) do update set value = ledger_counter.value + $2::bigint
  returning value - $2::bigint as base
), made as (
  insert into ledger_transaction (tenant_id, id, number, kind, reference, hash, ref_id, once, account_id, counter_account_id, amount,
    balance_after, held_after, part, whole, due, legs, available_at, effective_at, recorded_at, narration, metadata, details)
  select $1, t.id, bump.base + t.ordinal, t.kind, t.reference, t.hash, t.ref_id, t.once, t.account_id, t.counter_account_id, t.amount,
    t.balance_after, t.held_after, t.part, t.whole, t.due, t.legs, t.available_at, t.effective_at, $23, t.narration, t.metadata, t.details
  from bump, unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::uuid[], $10::uuid[], $11::bigint[],
    $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::jsonb[], $18::timestamptz[], $19::timestamptz[],
    $20::text[], $21::jsonb[], $22::jsonb[]) with ordinality
    as t(id, kind, reference, hash, ref_id, once, account_id, counter_account_id, amount, balance_after, held_after, part, whole, due, legs,
      available_at, effective_at, narration, metadata, details, ordinal)
), entered as (
  insert into ledger_entry (tenant_id, account_id, seq, transaction_id, amount, balance_after, recorded_at)
  select $1, e.*, $23 from unnest($24::uuid[], $25::bigint[], $26::uuid[], $27::bigint[], $28::bigint[]) as e
), balanced as (
  update ledger_account a set posted = u.posted, held = u.held, seq = u.seq
  from unnest($29::uuid[], $30::bigint[], $31::bigint[], $32::bigint[]) as u(id, posted, held, seq)
  where a.tenant_id = $1 and a.id = u.id
), opened as (
  insert into ledger_lot (tenant_id, id, account_id, transaction_id, parent_id, original, remaining, held, earned_at, available_at, expires_at, recorded_at)
  select $1, l.*, $23 from unnest($33::uuid[], $34::uuid[], $35::uuid[], $36::uuid[], $37::bigint[], $38::bigint[], $39::bigint[],
    $40::timestamptz[], $41::timestamptz[], $42::timestamptz[]) as l
), used_lots as (
  update ledger_lot l set remaining = u.remaining, held = u.held
  from unnest($43::uuid[], $44::uuid[], $45::bigint[], $46::bigint[]) as u(id, account_id, remaining, held)
  where l.tenant_id = $1 and l.account_id = u.account_id and l.id = u.id
), used as (
  insert into ledger_lot_use (tenant_id, transaction_id, lot_id, account_id, position, remaining_change, held_change, hold_id, recorded_at)
  select $1, u.*, $23 from unnest($47::uuid[], $48::uuid[], $49::uuid[], $50::int[], $51::bigint[], $52::bigint[], $53::uuid[]) as u
), held as (
  insert into ledger_hold (tenant_id, id, account_id, amount, captured, released, status, expires_at, placed_at)
  select $1, h.*, $23 from unnest($54::uuid[], $55::uuid[], $56::bigint[], $57::bigint[], $58::bigint[], $59::text[], $60::timestamptz[]) as h
), changed_holds as (
  update ledger_hold h set captured = u.captured, released = u.released, status = u.status
  from unnest($61::uuid[], $62::bigint[], $63::bigint[], $64::text[]) as u(id, captured, released, status)
  where h.tenant_id = $1 and h.id = u.id
)
select base from bump`,
};
