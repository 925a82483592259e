import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { stringify } from 'csv-stringify';
import { FindTransactions, type Place, type TransactionFilter, type WalkedTransaction } from '../points/find-transactions.query.js';

const BATCH = 1_000;

type Cell = string | number | null;

/** Numbers stay numbers, which no spreadsheet takes for a formula. No name, address or reference of a member is among them (PII-05). */
const COLUMNS: Readonly<Record<string, (line: WalkedTransaction) => Cell>> = {
  number: ({ transaction }) => transaction.number,
  id: ({ transaction }) => transaction.id,
  posted_at: ({ transaction }) => transaction.posted_at,
  occurred_at: ({ transaction }) => transaction.occurred_at,
  type: ({ transaction }) => transaction.type,
  status: ({ transaction }) => transaction.status,
  member_id: ({ transaction }) => transaction.member_id,
  wallet_id: ({ transaction }) => transaction.wallet_id,
  program_id: ({ transaction }) => transaction.program_id,
  points: ({ transaction }) => transaction.points,
  change: ({ change }) => change,
  balance_after: ({ transaction }) => transaction.balance_after,
  reference: ({ transaction }) => transaction.reference,
  related_transaction_id: ({ transaction }) => transaction.related_transaction_id,
  narration: ({ transaction }) => transaction.narration,
  amount: ({ transaction }) => transaction.amount,
  currency: ({ transaction }) => transaction.currency,
};

/**
 * Writes transactions as CSV in the order of posting, a batch at a time: memory is bounded however many there are or slow the reader
 * (FIL-05). Each batch is found by where the one before ended, so that no connection waits for a reader.
 */
@Injectable()
export class ExportTransactions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly transactions: FindTransactions,
  ) {}

  /** What the filter leaves; for a member, of what is their own. Cells that a spreadsheet would take for a formula are escaped (C10.7). */
  stream(ctx: TenantContext, filter: TransactionFilter & { readonly to: Date }): Readable {
    const rows = Readable.from(this.rows(ctx, filter), { objectMode: true, highWaterMark: BATCH });
    const csv = stringify({ header: true, columns: Object.keys(COLUMNS), escape_formulas: true, record_delimiter: '\r\n' });
    rows.on('error', (error) => csv.destroy(error));
    csv.on('close', () => rows.destroy());
    return rows.pipe(csv);
  }

  private async *rows(ctx: TenantContext, filter: TransactionFilter): AsyncGenerator<Cell[]> {
    let place: Place | undefined;
    for (;;) {
      const at = place;
      const lines = await this.unitOfWork.read(ctx, (tx) => this.transactions.walk(tx, filter, at, BATCH));
      for (const line of lines) yield Object.values(COLUMNS).map((cell) => cell(line));
      // A transfer has two lines: a full batch has at least as many.
      if (lines.length < BATCH) return;
      place = lines.at(-1)!.place;
    }
  }
}
