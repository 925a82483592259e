import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { narrationOf } from '@tallystick/ledger';
import type { ReadTx } from '@tallystick/platform';
import { FindWallets, type WalletPlace } from './find-wallets.query.js';
import type { TransactionType } from '../points/points-transaction.js';

/** What moved a wallet in a period, in points: `opening + earned - redeemed - expired + reversed + transferred + adjusted = closing`. */
export interface StatementTotals {
  readonly earned: number;
  readonly redeemed: number;
  readonly expired: number;
  readonly reversed: number;
  readonly transferred: number;
  readonly adjusted: number;
}

/** One line of a statement; `points` is signed. The id names the entry for `/ledger/entries/{id}/proof`. */
export interface StatementEntry {
  readonly id: string;
  readonly transaction_id: string;
  readonly number: number;
  readonly type: TransactionType;
  readonly points: number;
  readonly balance_after: number;
  readonly reference: string | null;
  readonly narration: string | null;
  readonly occurred_at: string;
  readonly posted_at: string;
}

/** A wallet's statement for `[from, to)`; totals and closing cover the whole period, entries one page of it, oldest first. */
export interface Statement {
  readonly member_id: string;
  readonly program_id: string;
  readonly wallet_id: string;
  readonly opening: number;
  readonly closing: number;
  readonly totals: StatementTotals;
  readonly entries: readonly (StatementEntry & { readonly seq: string })[];
}

interface EntryRow {
  seq: string;
  transaction_id: string;
  number: string;
  kind: string;
  refund: boolean;
  voids: boolean;
  amount: string;
  balance_after: string;
  reference: string | null;
  narration: string | null;
  effective_at: Date;
  recorded_at: Date;
}

/** Reads a member's statement. */
@Injectable()
export class MemberStatement {
  constructor(private readonly wallets: FindWallets) {}

  /** The period is of the posting time; `after` is the sequence of the last entry seen. Throws `not_found`. */
  async find(
    tx: ReadTx<TenantContext>,
    memberId: string,
    filter: { programId?: string; from?: Date; to?: Date; after?: string; limit: number },
  ): Promise<Statement> {
    return this.findIn(tx, await this.wallets.locate(tx, memberId, filter.programId), filter);
  }

  /** The same of one wallet. */
  async findIn(
    tx: ReadTx<TenantContext>,
    { program, memberId, accountId }: WalletPlace,
    filter: { from?: Date; to?: Date; after?: string; limit: number },
  ): Promise<Statement> {
    const period = [tx.ctx.tenantId, accountId, filter.from ?? null, filter.to ?? null];
    const rows = await tx.query<EntryRow>(
      `select e.seq, e.transaction_id, t.number, t.kind, coalesce(t.details ? 'refund', false) as refund, coalesce(t.details ? 'void', false) as voids, e.amount, e.balance_after, t.reference,
         ${narrationOf('t')} as narration, t.effective_at, e.recorded_at
       from ledger_entry e join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       where e.tenant_id = $1 and e.account_id = $2 and ($3::timestamptz is null or e.recorded_at >= $3)
         and ($4::timestamptz is null or e.recorded_at < $4) and ($5::bigint is null or e.seq > $5)
       order by e.seq limit $6`,
      [...period, filter.after ?? null, filter.limit],
    );
    const sums = await tx.query<{ kind: string; sum: string }>(
      `select t.kind, sum(e.amount) as sum from ledger_entry e
       join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       where e.tenant_id = $1 and e.account_id = $2 and ($3::timestamptz is null or e.recorded_at >= $3)
         and ($4::timestamptz is null or e.recorded_at < $4) group by t.kind`,
      period,
    );
    const [start] = await tx.query<{ opening: string }>(
      `select coalesce((select balance_after from ledger_entry
         where tenant_id = $1 and account_id = $2 and recorded_at < $3 order by seq desc limit 1), 0) as opening`,
      period.slice(0, 3),
    );
    const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
    const sumOf = (...kinds: string[]): bigint =>
      sums.filter((row) => kinds.includes(row.kind)).reduce((sum, row) => sum + BigInt(row.sum), 0n);
    const opening = BigInt(start!.opening);
    return {
      member_id: memberId,
      program_id: program.id,
      wallet_id: accountId,
      opening: points(opening),
      closing: points(sums.reduce((sum, row) => sum + BigInt(row.sum), opening)),
      totals: {
        earned: points(sumOf('earn')),
        redeemed: points(-sumOf('redeem', 'capture')),
        expired: points(-sumOf('expire')),
        reversed: points(sumOf('reversal', 'settle')),
        transferred: points(sumOf('transfer')),
        adjusted: points(sumOf('adjust')),
      },
      entries: rows.map((row) => ({
        seq: row.seq,
        id: `${accountId}:${row.seq}`,
        transaction_id: row.transaction_id,
        number: Number(row.number),
        type: typeOf(row),
        points: points(BigInt(row.amount)),
        balance_after: points(BigInt(row.balance_after)),
        reference: row.reference && row.reference.slice(row.reference.indexOf(':') + 1),
        narration: row.narration,
        occurred_at: row.effective_at.toISOString(),
        posted_at: row.recorded_at.toISOString(),
      })),
    };
  }
}

/** Seen from the entry's own wallet: what comes in by a transfer is `transfer_in`. */
function typeOf({ kind, refund, voids, amount }: EntryRow): TransactionType {
  const credit = !amount.startsWith('-');
  if (kind === 'transfer') return credit ? 'transfer_in' : 'transfer_out';
  if (kind === 'adjust') return credit ? 'adjust_credit' : 'adjust_debit';
  if (kind === 'settle') return 'debt_settled';
  if (kind === 'reversal') return voids ? 'void' : refund ? 'refund' : 'reverse';
  return kind as TransactionType;
}
