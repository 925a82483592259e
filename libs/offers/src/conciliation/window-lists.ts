import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { decimal, type LineState } from './window.js';

type Tx = ReadTx<TenantContext>;

/** A movement of cashback in its window; amounts are decimal strings of the currency. What it is hashed, exported and shown as. */
export interface WindowLine {
  readonly position: number;
  readonly movement_id: string;
  readonly number: number;
  readonly state: LineState;
  readonly original_window_id: string | null;
  readonly source: string;
  readonly type: string;
  readonly reference: string;
  readonly purchase_id: string;
  readonly member_id: string;
  readonly merchant_id: string;
  readonly offer_id: string;
  readonly offer_version: number;
  readonly currency: string;
  readonly amount: string;
  readonly cashback: string;
  readonly charge: string;
  readonly institution_part: string;
  readonly platform_part: string;
  readonly funded_merchant: string;
  readonly funded_institution: string;
  readonly funded_platform: string;
  readonly settled_at: string;
}

/** What a customer gets at the end of a window; decimal strings of the currency. */
export interface WindowPayout {
  readonly position: number;
  readonly member_id: string;
  readonly currency: string;
  readonly earned: string;
  readonly brought_forward: string;
  readonly payout: string;
  readonly carried_forward: string;
}

const LINE_MONEY = [
  'amount',
  'cashback',
  'charge',
  'institution_part',
  'platform_part',
  'funded_merchant',
  'funded_institution',
  'funded_platform',
] as const;
const PAYOUT_MONEY = ['earned', 'brought_forward', 'payout', 'carried_forward'] as const;

/** The columns of `WindowLine`, in the order of the CSV. */
export const LINE_COLUMNS = [
  ...['position', 'movement_id', 'number', 'state', 'original_window_id', 'source', 'type', 'reference', 'purchase_id', 'member_id'],
  ...['merchant_id', 'offer_id', 'offer_version', 'currency', ...LINE_MONEY, 'settled_at'],
] as readonly (keyof WindowLine)[];
const PAYOUT_COLUMNS = ['position', 'member_id', 'currency', ...PAYOUT_MONEY] as readonly (keyof WindowPayout)[];

type LineRow = Omit<WindowLine, 'settled_at'> & { readonly settled_at: Date };

const inMoney = <Row extends { currency: string }>(row: Row, names: readonly (keyof Row & string)[]): Row => ({
  ...row,
  ...Object.fromEntries(names.map((name) => [name, decimal(row[name] as string, row.currency)])),
});

/** Lines and payouts at a time, where all of them are gone through. */
export const LIST_BATCH = 2_000;

/** The lines of a closed window after a position; up to `limit`. */
export async function linesAfter(tx: Tx, windowId: string, after: number, limit: number): Promise<WindowLine[]> {
  const rows = await tx.query<LineRow>(
    `select ${LINE_COLUMNS.join(', ')} from conciliation_line where tenant_id = $1 and window_id = $2 and position > $3 order by position limit $4`,
    [tx.ctx.tenantId, windowId, after, limit],
  );
  return rows.map((row) => ({ ...inMoney(row, LINE_MONEY), number: Number(row.number), settled_at: row.settled_at.toISOString() }));
}

/** The payouts of a closed window after a position; up to `limit`. */
export async function payoutsAfter(tx: Tx, windowId: string, after: number, limit: number): Promise<WindowPayout[]> {
  const rows = await tx.query<WindowPayout>(
    `select ${PAYOUT_COLUMNS.join(', ')} from conciliation_payout where tenant_id = $1 and window_id = $2 and position > $3 order by position limit $4`,
    [tx.ctx.tenantId, windowId, after, limit],
  );
  return rows.map((row) => inMoney(row, PAYOUT_MONEY));
}

/** Goes through a list, a batch at a time. */
export async function* batchesOf<Item extends { readonly position: number }>(
  read: (after: number) => Promise<Item[]>,
): AsyncGenerator<Item[]> {
  for (let after = 0; ;) {
    const batch = await read(after);
    if (batch.length > 0) yield batch;
    if (batch.length < LIST_BATCH) return;
    after = batch.at(-1)!.position;
  }
}
