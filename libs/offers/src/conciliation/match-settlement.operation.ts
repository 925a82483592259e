import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { decimal } from './window.js';

export const MATCH_STATES = ['matched', 'missing_in_file', 'missing_in_ledger', 'amount_differs', 'duplicate'] as const;
export type MatchState = (typeof MATCH_STATES)[number];

/** What is in a state, by what institutions told and by what files say; amounts are decimal strings of the currency. */
export interface MatchTotal {
  readonly currency: string;
  readonly state: MatchState;
  readonly told_count: number;
  readonly told_amount: string;
  readonly file_count: number;
  readonly file_amount: string;
}

/** What went into a match: all that settled in the window, and all rows of its files that could be read. */
export type MatchInput = Omit<MatchTotal, 'state'>;

/** What the last match of a window came to. `balanced`: the sum of all states is the sum of what went in (C6.7). */
export interface SettlementMatch {
  readonly window_id: string;
  readonly balanced: boolean;
  readonly totals: readonly MatchTotal[];
  readonly inputs: readonly MatchInput[];
  readonly matched_at: string;
}

interface Sums {
  readonly currency: string;
  readonly state: MatchState;
  readonly toldCount: number;
  readonly told: string;
  readonly fileCount: number;
  readonly file: string;
}

/**
 * Card transactions that settled in a window ($1 tenant, $2 window), as institutions told them. One that earned cashback has it in the ledger,
 * or misses there. Refunds settle whole.
 */
const TOLD = `select c.source, 'purchase' as type, c.reference, c.part, p.currency, c.amount,
    p.charge <> 0 and not exists (select from cashback_movement m where m.tenant_id = $1 and m.purchase_id = p.id) as unposted
  from conciliation_window w join card_clearing c on c.tenant_id = $1 and c.settled_at >= w.starts_at and c.settled_at < w.ends_at
  join card_transaction p on p.tenant_id = $1 and p.id = c.purchase_id
  where w.tenant_id = $1 and w.id = $2
  union all
  select t.source, t.type, t.reference, 1, t.currency, t.amount,
    t.charge <> 0 and not exists (select from cashback_movement m where m.tenant_id = $1 and m.transaction_id = t.id)
  from conciliation_window w join card_transaction t on t.tenant_id = $1 and t.settled_at >= w.starts_at and t.settled_at < w.ends_at
  where w.tenant_id = $1 and w.id = $2 and t.type <> 'purchase' and t.status = 'settled' and t.verdict <> 'rejected'`;

/** Rows of the files of a window that could be read. */
const FILED = `select r.* from settlement_file f join settlement_row r on r.tenant_id = $1 and r.file_id = f.id and r.status <> 'rejected'
  where f.tenant_id = $1 and f.window_id = $2`;

/**
 * Every card transaction of the window and every row of its files, each pair once and in one state. What settled in this window may stand in
 * the file of another, and the other way round.
 */
const PAIRS = `with told as materialized (${TOLD}), filed as materialized (${FILED}), pairs as (
    select t.source, t.type, t.reference, t.part, t.currency as told_currency, t.amount as told_amount, t.unposted,
      r.file_id, r.line as file_line, r.currency as file_currency, r.amount as file_amount, own.file_id is not null as counted, false as repeated
    from told t
    left join settlement_row r on r.tenant_id = $1 and r.source = t.source and r.type = t.type and r.reference = t.reference and r.part = t.part
      and r.status = 'accepted'
    left join filed own on own.file_id = r.file_id and own.line = r.line
    union all
    select f.source, f.type, f.reference, f.part, coalesce(p.currency, e.currency), coalesce(c.amount, e.amount), false,
      f.file_id, f.line, f.currency, f.amount, true, f.status = 'duplicate'
    from filed f
    left join card_clearing c on f.type = 'purchase' and c.tenant_id = $1 and c.source = f.source and c.reference = f.reference and c.part = f.part
    left join card_transaction p on p.tenant_id = $1 and p.id = c.purchase_id
    left join card_transaction e on f.type <> 'purchase' and e.tenant_id = $1 and e.source = f.source and e.type = f.type
      and e.reference = f.reference and e.status = 'settled' and e.verdict <> 'rejected'
    where f.status = 'duplicate' or not exists (
      select from told t where t.source = f.source and t.type = f.type and t.reference = f.reference and t.part = f.part)
  ), judged as (
    select p.*, t.source is not null as told, case
        when p.repeated then 'duplicate'
        when p.unposted or p.told_amount is null then 'missing_in_ledger'
        when p.file_id is null then 'missing_in_file'
        when p.told_currency <> p.file_currency or p.told_amount <> p.file_amount then 'amount_differs'
        else 'matched' end as state
    from pairs p
    left join told t on not p.repeated and t.source = p.source and t.type = p.type and t.reference = p.reference and t.part = p.part
  )`;

const said = (alias: string): string =>
  `row(${['told_currency', 'told_amount', 'file_id', 'file_line', 'file_currency', 'file_amount'].map((name) => `${alias}.${name}`).join(', ')})`;

const SUMS = `count(*) filter (where told)::int as "toldCount", coalesce(sum(told_amount) filter (where told), 0)::text as told`;

/** Matches what institutions told with settlement files and the ledger, window by window, and keeps the differences (C6.7). */
@Injectable()
export class MatchSettlement {
  /** After a file was read: its window, and all that still differ, since a row may be of another window. */
  async afterFile(tx: WriteTx<TenantContext>, windowId: string): Promise<void> {
    await this.execute(tx, windowId);
    await this.differing(tx, windowId);
  }

  /** Matches the windows anew that still differ: what was missing may have come. */
  async differing(tx: WriteTx<TenantContext>, but = ''): Promise<void> {
    const windows = await tx.query<{ id: string }>(
      `select distinct window_id as id from conciliation_difference where tenant_id = $1 and state in ('open', 'assigned') and window_id <> $2 order by 1`,
      [tx.ctx.tenantId, but],
    );
    for (const { id } of windows) await this.execute(tx, id);
  }

  /** Matches one window: the sums by state, and its differences; what differs no more is resolved, what was resolved stays so. */
  async execute(tx: WriteTx<TenantContext>, windowId: string): Promise<void> {
    const { tenantId } = tx.ctx;
    const key = [tenantId, windowId];
    const sums = await this.sums(tx, key);
    const inputs = await this.inputs(tx, key);
    const balanced = sumsUp(sums, inputs);
    await tx.query(
      `insert into conciliation_match (tenant_id, window_id, totals, inputs, balanced, matched_at) values ($1, $2, $3, $4, $5, tenant_now())
       on conflict (tenant_id, window_id) do update set totals = excluded.totals, inputs = excluded.inputs, balanced = excluded.balanced,
         matched_at = excluded.matched_at`,
      [...key, JSON.stringify(sums.map((sum) => ({ currency: sum.currency, state: sum.state, ...shown(sum) }))), JSON.stringify(inputs.map((sum) => ({ currency: sum.currency, ...shown(sum) }))), balanced], // prettier-ignore
    );
    await this.keepDifferences(tx, key);
  }

  /** Each amount in its own currency: where the two of a pair differ in that, they count apart. */
  private sums(tx: WriteTx<TenantContext>, key: readonly string[]): Promise<Sums[]> {
    return tx.query<Sums>(
      `${PAIRS}, sides as (
         select state, told_currency as currency, told, told_amount, false as filed, null::bigint as file_amount from judged where told
         union all
         select state, file_currency, false, null, counted, file_amount from judged where counted
       )
       select currency, state, ${SUMS}, count(*) filter (where filed)::int as "fileCount",
         coalesce(sum(file_amount) filter (where filed), 0)::text as file
       from sides group by currency, state order by currency, state`,
      [...key],
    );
  }

  private inputs(tx: WriteTx<TenantContext>, key: readonly string[]): Promise<Omit<Sums, 'state'>[]> {
    return tx.query<Omit<Sums, 'state'>>(
      `select coalesce(t.currency, f.currency) as currency, coalesce(t.count, 0)::int as "toldCount", coalesce(t.amount, 0)::text as told,
         coalesce(f.count, 0)::int as "fileCount", coalesce(f.amount, 0)::text as file
       from (select currency, count(*), sum(amount) as amount from (${TOLD}) i group by currency) t
       full join (select currency, count(*), sum(amount) as amount from (${FILED}) r group by currency) f on f.currency = t.currency order by 1`,
      [...key],
    );
  }

  /** Writes what is new or differs otherwise than before; the many that stay as they are cost nothing. */
  private async keepDifferences(tx: WriteTx<TenantContext>, key: readonly string[]): Promise<void> {
    await tx.query(
      `${PAIRS}, differing as materialized (
         select j.*, coalesce(case when j.repeated then j.file_id || ':' || j.file_line end, '') as place
         from judged j where j.state <> 'matched' and (j.state <> 'missing_in_file'
           or exists (select from settlement_file f where f.tenant_id = $1 and f.window_id = $2 and f.status = 'completed'))
       ), kept as (
         insert into conciliation_difference as d (tenant_id, id, window_id, kind, source, type, reference, part, place, told_currency, told_amount,
           file_id, file_line, file_currency, file_amount, state, found_at, updated_at)
         select $1, gen_random_uuid(), $2, state, source, type, reference, part, place, told_currency, told_amount, file_id, file_line, file_currency,
           file_amount, 'open', tenant_now(), tenant_now() from differing
         on conflict (tenant_id, window_id, kind, source, type, reference, part, place) do update set told_currency = excluded.told_currency,
           told_amount = excluded.told_amount, file_id = excluded.file_id, file_line = excluded.file_line, file_currency = excluded.file_currency,
           file_amount = excluded.file_amount, state = case d.resolution when 'matched_later' then 'open' else d.state end,
           resolution = nullif(d.resolution, 'matched_later'), resolved_at = case d.resolution when 'matched_later' then null else d.resolved_at end,
           resolved_by = case d.resolution when 'matched_later' then null else d.resolved_by end
         where d.resolution = 'matched_later' or ${said('d')} is distinct from ${said('excluded')}
       )
       update conciliation_difference d set state = 'resolved', resolution = 'matched_later', resolved_at = tenant_now(), resolved_by = 'match',
         updated_at = tenant_now()
       where d.tenant_id = $1 and d.window_id = $2 and d.state <> 'resolved' and not exists (select from differing g where g.state = d.kind
         and g.source = d.source and g.type = d.type and g.reference = d.reference and g.part = d.part and g.place = d.place)`,
      [...key],
    );
  }
}

const shown = ({ currency, toldCount, told, fileCount, file }: Omit<Sums, 'state'>) => ({
  told_count: toldCount,
  told_amount: decimal(told, currency),
  file_count: fileCount,
  file_amount: decimal(file, currency),
});

/** Whether the sum of all states is the sum of what went in, by currency and on both sides. */
function sumsUp(sums: readonly Sums[], inputs: readonly Omit<Sums, 'state'>[]): boolean {
  const currencies = new Set([...sums, ...inputs].map(({ currency }) => currency));
  const all = (rows: readonly Omit<Sums, 'state'>[], currency: string): string => {
    const own = rows.filter((row) => row.currency === currency);
    const add = (of: (row: Omit<Sums, 'state'>) => string | number): bigint => own.reduce((sum, row) => sum + BigInt(of(row)), 0n);
    return [add((row) => row.toldCount), add((row) => row.told), add((row) => row.fileCount), add((row) => row.file)].join();
  };
  return [...currencies].every((currency) => all(sums, currency) === all(inputs, currency));
}
