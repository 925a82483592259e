import type { TenantContext } from '@tallystick/kernel';
import { IdempotencyKeyReused, type WriteTx } from '@tallystick/platform';
import { postLines, type PostableLine, type PostedLine } from '../batches/post-lines.js';
import type { ParkedRefunds } from '../points/parked-refunds.js';
import type { PostPoints } from '../points/post-points.operation.js';
import type { Reading, RowVerdict } from './row-kind.js';

/**
 * Posts rows as lines of a batch are posted. A row whose key was counted before is a duplicate, whatever else it says now: a difference
 * is told beside it (C5.6).
 */
export async function postPointsRows(
  tx: WriteTx<TenantContext>,
  parts: { postPoints: PostPoints; parked: ParkedRefunds },
  { fileId }: Reading,
  lines: readonly PostableLine[],
): Promise<RowVerdict[]> {
  return (await postLines(tx, parts, `file:${fileId}`, lines)).map(verdictOfRow);
}

function verdictOfRow({ verdict, units, field }: PostedLine): RowVerdict {
  const { id, status, transaction_id, member_id, code, reason } = verdict;
  const known = { key: id, units, transactionId: transaction_id, memberId: member_id, ...(code && { code }), ...(reason && { reason }) };
  if (code === IdempotencyKeyReused.code)
    return { ...known, status: 'duplicate', reason: 'Counted before under this key, with another content.' };
  return { ...known, status, ...(status === 'rejected' && field !== undefined && { field }) };
}

/** How a field of a posting is called in files. */
export const FILE_FIELDS: Readonly<Record<string, string>> = { member: 'member_reference', reference: 'id' };
