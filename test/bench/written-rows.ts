import type pg from 'pg';
import { asText, readShapes, type TableShape } from './table-shapes.js';

/** A row as PostgreSQL writes it as text, by the columns of its shape. */
export type TextRow = readonly (string | null)[];

/** Exactly what the platform wrote for one list. */
export interface WrittenRows {
  readonly inserted: readonly { readonly shape: TableShape; readonly rows: readonly TextRow[] }[];
  /** Accounts that were there before, as they stand after the list: id, posted, seq. */
  readonly accounts: readonly TextRow[];
  /** The tenant's counter of transactions. */
  readonly counter: string;
  /** What offers have spent of their budgets since: id, spent. */
  readonly offers: readonly TextRow[];
}

const ENTRY_KEYS = `ledger_transaction t
  cross join jsonb_array_elements(t.legs) leg
  cross join lateral (values (leg ->> 'from', leg ->> 'from_seq'), (leg ->> 'to', leg ->> 'to_seq')) side(account_id, seq)
  join ledger_entry r on r.tenant_id = t.tenant_id and r.account_id = side.account_id::uuid and r.seq = side.seq::bigint`;

/** How far the rows of a tenant are known. */
export interface Marks {
  readonly number: string;
  readonly member: string;
  readonly event: string;
}

/** Where the rows of tables are found that came after the marks. */
export type RowSources = Readonly<Record<string, (marks: Marks) => string>>;

const SOURCES: RowSources = {
  member: ({ member }) => `member r where r.tenant_id = $1 and r.id > '${member}'`,
  ledger_account: ({ member }) =>
    `member m join ledger_account r on r.tenant_id = $1 and r.owner_id = m.id where m.tenant_id = $1 and m.id > '${member}'`,
  ledger_transaction: ({ number }) => `ledger_transaction r where r.tenant_id = $1 and r.number > ${number}`,
  ledger_entry: ({ number }) => `${ENTRY_KEYS} where t.tenant_id = $1 and t.number > ${number}`,
  ledger_lot: ({ number }) => `ledger_transaction t join ledger_lot r on r.tenant_id = $1 and r.transaction_id = t.id
    where t.tenant_id = $1 and t.number > ${number}`,
  event: ({ event }) => `event r where r.tenant_id = $1 and r.id > '${event}'`,
  points_batch: ({ event }) => `points_batch r where r.tenant_id = $1
    and r.created_at >= (select min(recorded_at) from event where tenant_id = $1 and id > '${event}')`,
};

const [ZERO_ID, ACCOUNT, SEQ, BALANCE] = ['00000000-0000-0000-0000-000000000000', 'account_id', 'seq', 'balance_after'];

/** Reads back what the platform writes, list by list, so that hand-written SQL can be given the very same rows for a tenant of its own. */
export class RowReader {
  private marks: Marks = { number: '0', member: ZERO_ID, event: ZERO_ID };

  private constructor(
    private readonly pool: pg.Pool,
    private readonly tenantId: string,
    private readonly sources: RowSources,
    private readonly shapes: readonly TableShape[],
  ) {}

  /** `beside`: what is written in other tables as well. */
  static async open(pool: pg.Pool, tenantId: string, beside: RowSources = {}): Promise<RowReader> {
    const sources = { ...SOURCES, ...beside };
    const reader = new RowReader(pool, tenantId, sources, await readShapes(pool, Object.keys(sources)));
    await reader.skip();
    return reader;
  }

  /** Takes what has been written so far as known. */
  async skip(): Promise<void> {
    const { rows } = await this.pool.query<Marks>(
      `select (select coalesce(max(number), 0) from ledger_transaction where tenant_id = $1)::text as number,
         coalesce((select id from member where tenant_id = $1 order by id desc limit 1), '${ZERO_ID}')::text as member,
         coalesce((select id from event where tenant_id = $1 order by id desc limit 1), '${ZERO_ID}')::text as event`,
      [this.tenantId],
    );
    this.marks = rows[0] as Marks;
  }

  /** As autovacuum would in time: by the statistics of empty tables the rows of a list would be looked for one by one in all there is. */
  async analyze(): Promise<void> {
    await this.pool.query(`analyze ${Object.keys(this.sources).join(', ')}`);
  }

  /** The rows written since the last call. */
  async next(): Promise<WrittenRows> {
    const inserted: WrittenRows['inserted'][number][] = [];
    for (const shape of this.shapes) {
      const { rows } = await this.pool.query<(string | null)[]>({
        text: `select ${asText(shape, 'r')} from ${this.sources[shape.table]?.(this.marks)}`,
        values: [this.tenantId],
        rowMode: 'array',
      });
      if (rows.length > 0) inserted.push({ shape, rows });
    }
    const rewarded = inserted.some(({ shape }) => shape.table === 'cashback_movement');
    const offers = rewarded ? await this.spentOffers() : [];
    await this.skip();
    return { inserted, accounts: changedAccounts(inserted), counter: this.marks.number, offers };
  }

  private async spentOffers(): Promise<TextRow[]> {
    const { rows } = await this.pool.query<(string | null)[]>({
      text: `select o.id::text, o.spent::text from offer o where o.tenant_id = $1
        and o.id in (select m.offer_id from cashback_movement m where m.tenant_id = $1 and m.number > ${this.marks.number})`,
      values: [this.tenantId],
      rowMode: 'array',
    });
    return rows;
  }
}

/** The last entry of each account that the list did not open. */
function changedAccounts(inserted: WrittenRows['inserted']): TextRow[] {
  const of = (table: string) => inserted.find(({ shape }) => shape.table === table);
  const opened = new Set(of('ledger_account')?.rows.map((row) => row[0]));
  const entries = of('ledger_entry');
  if (!entries) return [];
  const at = (name: string): number => entries.shape.columns.findIndex((column) => column.name === name);
  const [account, seq, balance] = [at(ACCOUNT), at(SEQ), at(BALANCE)];
  const last = new Map<string, TextRow>();
  for (const row of entries.rows) {
    const id = row[account] as string;
    const known = last.get(id);
    if (opened.has(id) || (known && Number(known[2]) > Number(row[seq]))) continue;
    last.set(id, [id, row[balance] as string, row[seq] as string]);
  }
  return [...last.values()];
}
