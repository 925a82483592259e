import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import {
  LOT_COLUMNS,
  TRANSACTION_COLUMNS,
  readLot,
  readTransaction,
  type LedgerTransaction,
  type LotRow,
  type TransactionRow,
} from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { showTransaction, type PointsTransaction, type TransactionStatus, type TransactionType } from './points-transaction.js';

/** Which transactions; `before` is the number of the last one seen, newest come first. */
export interface TransactionFilter {
  readonly type?: TransactionType;
  readonly status?: TransactionStatus;
  readonly memberId?: string;
  readonly walletId?: string;
  readonly reference?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly before?: string;
  readonly limit: number;
}

/** Where a transaction came from and what it did to lots (`native.md`, explain); amounts in points. */
export interface Explanation {
  readonly transaction: PointsTransaction;
  readonly entries: readonly { id: string; account_id: string; purpose: string; points: number; balance_after: number }[];
  readonly lots: readonly {
    id: string;
    original: number;
    remaining: number;
    earned_at: string;
    available_at: string;
    expires_at: string | null;
  }[];
  readonly allocations: readonly { lot_id: string; points: number; held: number; expires_at: string | null }[];
  readonly rules: readonly { id: string; version: number; points: number; reason: string }[];
  readonly source: { channel: string; request_id: string };
}

/** Which kinds of ledger transactions an API type stands for; direction and refund marks decide between types of one kind. */
const KIND_FILTER: Readonly<Record<TransactionType, string>> = {
  earn: `t.kind = 'earn'`,
  redeem: `t.kind = 'redeem'`,
  transfer_out: `t.kind = 'transfer' and side.outgoing`,
  transfer_in: `t.kind = 'transfer' and not side.outgoing`,
  reverse: `t.kind = 'reversal' and not coalesce(t.details ?| array['refund', 'void'], false)`,
  refund: `t.kind = 'reversal' and t.details ? 'refund'`,
  void: `t.kind = 'reversal' and t.details ? 'void'`,
  hold: `t.kind = 'hold'`,
  capture: `t.kind = 'capture'`,
  release: `t.kind = 'release'`,
  expire: `t.kind = 'expire'`,
  adjust_credit: `t.kind = 'adjust' and t.amount >= 0`,
  adjust_debit: `t.kind = 'adjust' and t.amount < 0`,
};

/** A transaction's present status: what reversals and time have made of it. */
const STATUS = `case
  when exists (select from ledger_transaction r where r.tenant_id = t.tenant_id and r.ref_id = t.id and r.kind = 'reversal' and r.details ? 'void') then 'voided'
  when exists (select from ledger_transaction r where r.tenant_id = t.tenant_id and r.ref_id = t.id and r.once = 'reversal') then 'refunded'
  when exists (select from ledger_transaction r where r.tenant_id = t.tenant_id and r.ref_id = t.id and r.kind = 'reversal') then 'partially_refunded'
  when t.available_at > tenant_now() then 'pending'
  else 'completed' end`;

interface ListedRow extends TransactionRow {
  outgoing: boolean;
  member_id: string;
  program_id: string;
  scale: number;
  status: TransactionStatus;
  side_account_id: string;
  side_amount: string | null;
  side_balance: string | null;
}

type Tx = ReadTx<TenantContext>;

/** Reads transactions of members' wallets. */
@Injectable()
export class FindTransactions {
  /** Up to `limit` transactions, newest first. One of two members' wallets shows from the side of the member or wallet asked for. */
  async list(tx: Tx, filter: TransactionFilter): Promise<PointsTransaction[]> {
    const accounts = await this.accountsOf(tx, filter);
    if (accounts?.length === 0) return [];
    const branches = accounts
      ? [`t.account_id = any($8::uuid[])`, `t.counter_account_id = any($8::uuid[]) and not t.account_id = any($8::uuid[])`]
      : ['$8::uuid[] is null'];
    const rows = await tx.query<ListedRow>(
      `select * from (${branches.map((branch, index) => this.select(filter, branch, index === 0)).join(' union all ')}) found order by number desc limit $7`,
      [
        tx.ctx.tenantId,
        filter.reference ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.before ?? null,
        filter.status ?? null,
        filter.limit,
        accounts,
      ],
    );
    return rows.map(show);
  }

  /** Throws `not_found`. */
  async byId(tx: Tx, id: string): Promise<PointsTransaction> {
    return show((await this.find(tx, id)).row);
  }

  /** Decomposes a transaction into entries, lots, allocations, rules and source. Throws `not_found`. */
  async explain(tx: Tx, id: string): Promise<Explanation> {
    const { row, transaction } = await this.find(tx, id);
    const points = (units: bigint): number => Points.of(units, row.scale).toNumber();
    const entries = await tx.query<{ account_id: string; seq: string; purpose: string; amount: string; balance_after: string }>(
      `select e.account_id, e.seq, a.purpose, e.amount, e.balance_after from unnest($2::uuid[], $3::bigint[]) with ordinality as leg(account_id, seq, n)
       join ledger_entry e on e.tenant_id = $1 and e.account_id = leg.account_id and e.seq = leg.seq
       join ledger_account a on a.tenant_id = $1 and a.id = e.account_id order by leg.n`,
      [tx.ctx.tenantId, transaction.legs.flatMap((leg) => [leg.from, leg.to]), transaction.legs.flatMap((leg) => [leg.fromSeq, leg.toSeq])],
    );
    const lots = await tx.query<LotRow>(
      `select ${LOT_COLUMNS} from ledger_lot l where l.tenant_id = $1 and l.transaction_id = $2 order by l.id`,
      [tx.ctx.tenantId, id],
    );
    const uses = await tx.query<{ lot_id: string; remaining_change: string; held_change: string; expires_at: Date | null }>(
      `select u.lot_id, u.remaining_change, u.held_change, l.expires_at from ledger_lot_use u
       join ledger_lot l on l.tenant_id = u.tenant_id and l.account_id = u.account_id and l.id = u.lot_id
       where u.tenant_id = $1 and u.transaction_id = $2 order by u.position`,
      [tx.ctx.tenantId, id],
    );
    const details = (transaction.details ?? {}) as {
      rules?: { id: string; version: number; units: string; reason: string }[];
      source?: { channel: string; requestId: string };
    };
    return {
      transaction: show(row),
      entries: entries.map((entry) => ({
        id: `${entry.account_id}:${entry.seq}`,
        account_id: entry.account_id,
        purpose: entry.purpose,
        points: points(BigInt(entry.amount)),
        balance_after: points(BigInt(entry.balance_after)),
      })),
      lots: lots.map(readLot).map((lot) => ({
        id: lot.id,
        original: points(lot.original),
        remaining: points(lot.remaining),
        earned_at: lot.earnedAt.toISOString(),
        available_at: lot.availableAt.toISOString(),
        expires_at: lot.expiresAt?.toISOString() ?? null,
      })),
      allocations: uses.map((use) => ({
        lot_id: use.lot_id,
        points: points(BigInt(use.remaining_change)),
        held: points(BigInt(use.held_change)),
        expires_at: use.expires_at?.toISOString() ?? null,
      })),
      rules: (details.rules ?? []).map(({ id: rule, version, units, reason }) => ({
        id: rule,
        version,
        points: points(BigInt(units)),
        reason,
      })),
      source: { channel: details.source?.channel ?? 'system', request_id: details.source?.requestId ?? '' },
    };
  }

  private async find(tx: Tx, id: string): Promise<{ row: ListedRow; transaction: LedgerTransaction }> {
    const [row] = await tx.query<ListedRow>(`${this.select({ limit: 1 }, 't.id = $8::uuid', true)}`, [
      tx.ctx.tenantId,
      null,
      null,
      null,
      null,
      null,
      1,
      id,
    ]);
    if (!row) throw NotFound.with();
    return { row, transaction: readTransaction(row) };
  }

  /** One side of the transactions: of their subject (`outgoing`), or of the other member of a transfer. */
  private select(filter: Pick<TransactionFilter, 'type' | 'limit'>, condition: string, outgoing: boolean): string {
    const type = filter.type ? KIND_FILTER[filter.type].replaceAll('side.outgoing', String(outgoing)) : 'true';
    const account = outgoing ? 't.account_id' : 't.counter_account_id';
    const side = outgoing
      ? 'null::bigint as side_amount, null::bigint as side_balance'
      : `(select e.amount from ledger_entry e where e.tenant_id = t.tenant_id and e.account_id = t.counter_account_id and e.transaction_id = t.id limit 1) as side_amount,
         (select e.balance_after from ledger_entry e where e.tenant_id = t.tenant_id and e.account_id = t.counter_account_id and e.transaction_id = t.id order by e.seq desc limit 1) as side_balance`;
    return `(select ${TRANSACTION_COLUMNS}, ${outgoing} as outgoing, a.owner_id as member_id, p.id as program_id, p.scale, ${STATUS} as status,
        ${account} as side_account_id, ${side}
      from ledger_transaction t
      join ledger_account a on a.tenant_id = t.tenant_id and a.id = ${account} and a.owner_type = 'member'
      join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
      where t.tenant_id = $1 and ${condition} and ${type}
        and ($2::text is null or t.reference = any(array['earn:' || $2, 'coins:' || $2, 'redeem:' || $2, 'refund:' || $2, 'hold:' || $2,
          'transfer:' || $2, 'adjust:' || $2]))
        and ($3::timestamptz is null or t.recorded_at >= $3) and ($4::timestamptz is null or t.recorded_at < $4)
        and ($5::bigint is null or t.number < $5)
        and ($6::text is null or ${STATUS} = $6)
      order by t.number desc limit $7)`;
  }

  /** The accounts that a member or wallet filter names; undefined without such a filter. */
  private async accountsOf(tx: Tx, { memberId, walletId }: TransactionFilter): Promise<string[] | undefined> {
    if (memberId === undefined) return walletId === undefined ? undefined : [walletId];
    const rows = await tx.query<{ id: string }>(
      'select id from ledger_account where tenant_id = $1 and owner_id = $2 and ($3::uuid is null or id = $3)',
      [tx.ctx.tenantId, memberId, walletId ?? null],
    );
    return rows.map((row) => row.id);
  }
}

function show(row: ListedRow): PointsTransaction {
  const transaction = readTransaction(row);
  const shown = showTransaction({
    transaction,
    program: { id: row.program_id, scale: row.scale },
    memberId: row.member_id,
    status: row.status,
  });
  if (row.outgoing) return shown;
  const points = (units: string | null): number => Points.of(BigInt(units ?? 0), row.scale).toNumber();
  return {
    ...shown,
    type: transaction.kind === 'transfer' ? 'transfer_in' : shown.type,
    wallet_id: row.side_account_id,
    points: Math.abs(points(row.side_amount)),
    balance_after: points(row.side_balance),
  };
}
