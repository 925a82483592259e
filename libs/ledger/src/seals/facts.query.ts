import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import type { EntryName, Fact, SealedEntry } from './facts.js';

type Tx = ReadTx<TenantContext>;

/** A moment as it is sealed and exported: RFC 3339 in UTC with microseconds, whatever the session's zone. */
export const moment = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * Everything a transaction recorded that no other part of its leaves shows. jsonb prints a value in one way only, so its text can be hashed.
 * New columns do not belong here but into a new format: sealed transactions keep the hash they have.
 */
const CONTENT = `jsonb_build_array(t.id, t.hash, t.once, t.account_id, t.counter_account_id, t.amount, t.balance_after, t.held_after,
  t.part, t.whole, t.due, t.legs, extract(epoch from t.available_at), extract(epoch from t.effective_at), extract(epoch from t.recorded_at),
  t.narration, t.metadata, t.details, (
    select jsonb_agg(jsonb_build_array(u.lot_id, u.account_id, u.position, u.remaining_change, u.held_change, u.hold_id) order by u.position, u.lot_id)
    from ledger_lot_use u where u.tenant_id = t.tenant_id and u.transaction_id = t.id))`;

const hex = (text: string): string => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

const FACTS = `select t.number, t.id, t.kind, t.ref_id, ${moment('t.recorded_at')} as recorded_at, t.legs::text as legs,
    ${hex(`t.id || ':' || t.reference`)} as reference_hash, ${hex(`${CONTENT}::text`)} as content_hash
  from ledger_transaction t where t.tenant_id = $1`;

/** What an entry itself has, `e`; its account adds the asset and the owner. */
export const ENTRY_COLUMNS = `e.account_id, e.seq, e.transaction_id, e.amount, e.balance_after, ${moment('e.recorded_at')} as recorded_at`;

const ENTRIES = `select w.position, ${ENTRY_COLUMNS}
  from unnest($2::uuid[], $3::bigint[]) with ordinality as w(account_id, seq, position)
  join ledger_entry e on e.tenant_id = $1 and e.account_id = w.account_id and e.seq = w.seq`;

const ACCOUNTS = 'select id, asset_id, owner_id from ledger_account where tenant_id = $1 and id = any($2::uuid[])';

interface FactRow extends Omit<Fact, 'entries' | 'missing'> {
  readonly legs: string;
}

/** Up to `limit` transactions above number `after`, in the order of their numbers, each with its entries as they stand in the database. */
export async function factsAfter(tx: Tx, after: bigint, limit: number, last?: bigint): Promise<Fact[]> {
  const rows = await tx.query<FactRow>(`${FACTS} and t.number > $2 and t.number <= $3 order by t.number limit $4`, [
    tx.ctx.tenantId,
    after,
    last ?? LARGEST_NUMBER,
    limit,
  ]);
  return withEntries(tx, rows);
}

/** One transaction, by its id. */
export async function factOf(tx: Tx, transactionId: string): Promise<Fact | null> {
  const rows = await tx.query<FactRow>(`${FACTS} and t.id = $2`, [tx.ctx.tenantId, transactionId]);
  return (await withEntries(tx, rows))[0] ?? null;
}

const LARGEST_NUMBER = 2n ** 63n - 1n;

async function withEntries(tx: Tx, rows: readonly FactRow[]): Promise<Fact[]> {
  const named = rows.map((row) => entriesNamedBy(row.legs));
  const found = await readEntries(tx, named.flat());
  let position = 0;
  return rows.map(({ legs: _, ...fact }, index) => {
    const [entries, missing]: [SealedEntry[], EntryName[]] = [[], []];
    for (const name of named[index] as EntryName[]) {
      const entry = found.get(++position);
      if (entry) entries.push(entry);
      else missing.push(name);
    }
    return { ...fact, entries, missing };
  });
}

type EntryRow = Omit<SealedEntry, 'asset_id' | 'owner_id'> & { readonly position: string };
type AccountRow = Pick<SealedEntry, 'asset_id' | 'owner_id'> & { readonly id: string };

/** The entries of these names, by their place in the list from 1 on. */
async function readEntries(tx: Tx, names: readonly EntryName[]): Promise<Map<number, SealedEntry>> {
  if (names.length === 0) return new Map();
  const ids = names.map((name) => name.account_id);
  const rows = await tx.query<EntryRow>(ENTRIES, [tx.ctx.tenantId, ids, names.map((name) => name.seq)]);
  const accounts = new Map<string, AccountRow>();
  const wanted = [tx.ctx.tenantId, [...new Set(ids)]];
  for (const account of await tx.query<AccountRow>(ACCOUNTS, wanted)) accounts.set(account.id, account);
  return new Map(
    rows.map(({ position, ...entry }) => {
      const { asset_id = null, owner_id = null } = accounts.get(entry.account_id) ?? {};
      return [Number(position), { ...entry, asset_id, owner_id }];
    }),
  );
}

const ACCOUNT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SEQ = /^[1-9]\d{0,17}$/;

/** The entries of the legs, debited side first. Legs that somebody made illegible name none: the content's hash tells of them. */
function entriesNamedBy(legs: string): EntryName[] {
  const given = JSON.parse(legs) as unknown;
  return (Array.isArray(given) ? (given as (Record<string, unknown> | null)[]) : []).flatMap((leg) => {
    const sides = [
      { account_id: String(leg?.from), seq: String(leg?.from_seq) },
      { account_id: String(leg?.to), seq: String(leg?.to_seq) },
    ];
    return sides.filter(({ account_id, seq }) => ACCOUNT.test(account_id) && SEQ.test(seq));
  });
}
