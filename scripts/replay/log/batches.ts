import { ItemIds } from './item-ids.js';
import { isPurchase, type Purchase } from './purchase.js';
import { openLog, type PurchaseLog } from './purchase-log.js';
import type { Scan } from './scan.js';

/** One element of `transactions` of `POST /points/batches`. */
export type BatchItem = Omit<Purchase, 'id' | 'quantity'> & { readonly id: string };

/** Rows that are posted together. The same file and options always give the same batches. */
export interface Batch {
  /** Counted from 1. */
  readonly number: number;
  readonly items: readonly BatchItem[];
  /** Whether it must wait for the batches before it: a refund is judged after its purchase. */
  readonly refunds: boolean;
}

/** Reads a scanned log again and cuts its well-formed rows, in their order, into batches of `size`. Holds one batch at a time. */
export async function* cutBatches(log: PurchaseLog, scan: Scan, size: number, stop: AbortSignal): AsyncGenerator<Batch> {
  const { layout, rows } = await openLog(log, stop);
  const ids = new ItemIds(scan.sieve, layout.positions.currency !== undefined);
  let items: BatchItem[] = [];
  let number = 0;
  const cut = (): Batch => {
    const batch = { number: ++number, items, refunds: items.some((item) => item.type === 'refund') };
    items = [];
    return batch;
  };
  for await (const { row } of rows) {
    if (!isPurchase(row)) continue;
    const { quantity: _, ...posted } = row;
    items.push({ ...posted, id: ids.of(row) });
    if (items.length === size) yield cut();
  }
  if (items.length > 0) yield cut();
}

/** How many batches of `size` a number of rows makes, and how many rows are in one of them. */
export const batchCount = (rows: number, size: number): number => Math.ceil(rows / size);
export const rowsInBatch = (number: number, rows: number, size: number): number => Math.min(size, rows - (number - 1) * size);
