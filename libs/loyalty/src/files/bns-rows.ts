import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { ParkedRefunds } from '../points/parked-refunds.js';
import type { EarnFact } from '../points/points-fact.js';
import { PostPoints } from '../points/post-points.operation.js';
import type { FileField } from './file-header.policy.js';
import { postPointsRows } from './points-rows.js';
import type { FieldCells, Reading, RowKind, RowVerdict } from './row-kind.js';
import { readDecimal, readMoment, readText } from './values.policy.js';

const LONGEST_ID = 200;
const LONGEST_NARRATION = 500;

/** The columns of a file of stated points. */
export const BNS_FIELDS: readonly FileField[] = [
  { name: 'id', required: true },
  { name: 'member_reference', required: true },
  { name: 'points', required: true },
  { name: 'occurred_at' },
  { name: 'available_at' },
  { name: 'expires_at' },
  { name: 'narration' },
];

/** Bonus points as stated: each row is what `POST /points/earn` does with `points`, its `id` the reference there. */
@Injectable()
export class BnsRows implements RowKind<EarnFact> {
  readonly type = 'BNS';
  readonly chunk = 250;

  constructor(
    private readonly postPoints: PostPoints,
    private readonly parked: ParkedRefunds,
  ) {}

  fields(): Promise<readonly FileField[]> {
    return Promise.resolve(BNS_FIELDS);
  }

  keyOf(cells: FieldCells): string {
    return cells('id');
  }

  read(cells: FieldCells, { fileId, programId, format, zone }: Reading): EarnFact {
    const moment = (field: string): Date | undefined => (cells(field) === '' ? undefined : readMoment(cells(field), field, format, zone));
    return {
      kind: 'earn',
      source: { channel: 'file', requestId: fileId },
      member: { reference: readText(cells('member_reference'), 'member_reference', LONGEST_ID) },
      programId,
      reference: readText(cells('id'), 'id', LONGEST_ID),
      earned: { points: readDecimal(cells('points'), 'points', format) },
      mayEnroll: true,
      occurredAt: moment('occurred_at'),
      availableAt: moment('available_at'),
      expiresAt: moment('expires_at'),
      narration: cells('narration') === '' ? undefined : readText(cells('narration'), 'narration', LONGEST_NARRATION),
    };
  }

  post(tx: WriteTx<TenantContext>, facts: readonly EarnFact[], reading: Reading): Promise<RowVerdict[]> {
    const lines = facts.map((fact) => ({ id: fact.reference, fact }));
    return postPointsRows(tx, { postPoints: this.postPoints, parked: this.parked }, reading, lines);
  }
}
