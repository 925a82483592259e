import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { compileSchema, type WriteTx } from '@tallystick/platform';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { BATCH_ITEM_SCHEMA, factOf, type BatchItem } from '../batches/batch-item.js';
import { ParkedRefunds } from '../points/parked-refunds.js';
import { PostPoints } from '../points/post-points.operation.js';
import type { FileField } from './file-header.policy.js';
import { postPointsRows } from './points-rows.js';
import type { FieldCells, Reading, RowKind, RowVerdict } from './row-kind.js';
import { BadCell, readDecimal, readMoment } from './values.policy.js';

const isItem = compileSchema<BatchItem>(BATCH_ITEM_SCHEMA);

/** The columns of a file of purchases and refunds. */
export const TXN_FIELDS: readonly FileField[] = [
  { name: 'id', required: true },
  { name: 'type' },
  { name: 'member_reference', required: true },
  { name: 'amount', required: true },
  { name: 'currency', required: true },
  { name: 'occurred_at' },
  { name: 'merchant_descriptor' },
  { name: 'mcc' },
  { name: 'merchant_id' },
  { name: 'product_code' },
  { name: 'paid_with_points' },
  { name: 'redemption_id' },
  { name: 'redemption_reference' },
  { name: 'original_id' },
];

/** Where a member of an item stands in a file. */
const COLUMN_OF: Readonly<Record<string, string>> = {
  'merchant/descriptor': 'merchant_descriptor',
  'merchant/mcc': 'mcc',
  'merchant/merchant_id': 'merchant_id',
};

/** Purchases and refunds: each row is a line of a batch, under the same key. */
@Injectable()
export class TxnRows implements RowKind<BatchItem> {
  readonly type = 'TXN';
  readonly chunk = 250;

  constructor(
    private readonly postPoints: PostPoints,
    private readonly parked: ParkedRefunds,
  ) {}

  fields(): Promise<readonly FileField[]> {
    return Promise.resolve(TXN_FIELDS);
  }

  keyOf(cells: FieldCells): string {
    return cells('id');
  }

  read(cells: FieldCells, { format, zone }: Reading): BatchItem {
    const given = (name: string, field = name): Record<string, string> => (cells(field) === '' ? {} : { [name]: cells(field) });
    const merchant = { ...given('descriptor', 'merchant_descriptor'), ...given('mcc'), ...given('merchant_id') };
    const item = {
      id: cells('id'),
      type: cells('type').toLowerCase() || 'purchase',
      member_reference: cells('member_reference'),
      amount: readDecimal(cells('amount'), 'amount', format),
      currency: cells('currency'),
      ...(cells('occurred_at') !== '' && { occurred_at: readMoment(cells('occurred_at'), 'occurred_at', format, zone).toISOString() }),
      ...(Object.keys(merchant).length > 0 && { merchant }),
      ...given('product_code'),
      ...(cells('paid_with_points') !== '' && { paid_with_points: readDecimal(cells('paid_with_points'), 'paid_with_points', format) }),
      ...given('redemption_id'),
      ...given('redemption_reference'),
      ...given('original_id'),
    };
    if (isItem(item)) return item;
    throw badItem(isItem.errors?.[0]);
  }

  post(tx: WriteTx<TenantContext>, items: readonly BatchItem[], reading: Reading): Promise<RowVerdict[]> {
    const source = { channel: 'file', requestId: reading.fileId };
    const lines = items.map((item) => ({ id: item.id, fact: factOf(item, reading.programId, source) }));
    return postPointsRows(tx, { postPoints: this.postPoints, parked: this.parked }, reading, lines);
  }
}

function badItem(error: ErrorObject | undefined): BadCell {
  const path = error?.instancePath.slice(1) ?? '';
  const missing = (error?.params as { missingProperty?: string } | undefined)?.missingProperty;
  if (missing !== undefined) return new BadCell(missing, 'Is needed for a refund.');
  return new BadCell(COLUMN_OF[path] ?? path, `This ${error?.message ?? 'is not valid'}.`);
}
