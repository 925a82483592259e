import { createHash } from 'node:crypto';
import { contentId, RepeatSieve } from './item-ids.js';
import type { Layout } from './layout.js';
import { isPurchase } from './purchase.js';
import { openLog, type PurchaseLog } from './purchase-log.js';
import { Refusals } from '../refusals.js';

/** What a first pass through the log found. */
export interface Scan {
  readonly layout: Layout;
  /** SHA-256 of the bytes, in hex. */
  readonly fileHash: string;
  /** Rows that can be posted. */
  readonly rows: number;
  /** Rows that cannot, by reason. */
  readonly malformed: Refusals;
  readonly sieve: RepeatSieve;
}

/** Reads the whole log once, posting nothing: its hash, how much there is to post, what cannot be posted, and which rows may repeat. */
export async function scanLog(log: PurchaseLog, stop: AbortSignal): Promise<Scan> {
  const hash = createHash('sha256');
  const sieve = new RepeatSieve(log.bytes);
  const malformed = new Refusals();
  const { layout, rows: logged } = await openLog(log, stop, (chunk) => hash.update(chunk));
  const withCurrency = layout.positions.currency !== undefined;
  let rows = 0;
  for await (const { line, row } of logged) {
    if (isPurchase(row)) {
      rows++;
      if (row.id === undefined) sieve.note(contentId(row, withCurrency));
    } else {
      const { column, reason, value } = row;
      const sentence = column === undefined ? reason : `${column} ${reason}`;
      malformed.add('malformed_row', sentence, value === undefined ? `line ${line}` : `line ${line}: ${JSON.stringify(value)}`);
    }
  }
  return { layout, fileHash: hash.digest('hex'), rows, malformed, sieve };
}
