import { errorCatalogue } from '@tallystick/kernel';
import type { LineStatus, QueuedLine } from '@tallystick/loyalty';
import { CODES, codeOf, type LoyalifeCode } from '../loyalife.codes.js';
import type { LINE_STATUSES } from './transaction.schemas.js';

type ShownStatus = (typeof LINE_STATUSES)[number];

const STATUSES: Readonly<Record<LineStatus, ShownStatus>> = {
  pending: 'PENDING',
  parked: 'PENDING',
  posted: 'SUCCESS',
  replayed: 'SUCCESS',
  refused: 'FAILED',
};

/** The state of a batch, in the vendor's words. */
export function batchState(batchId: string, lines: readonly QueuedLine[]): object {
  const results = lines.map(lineState);
  const count = (status: ShownStatus): number => results.filter((line) => line.status === status).length;
  return {
    batch_id: batchId,
    summary: {
      total: lines.length,
      success: count('SUCCESS'),
      failed: count('FAILED'),
      pending: count('PENDING'),
      on_hold: count('ON HOLD'),
      partial_hold: count('PARTIAL HOLD'),
    },
    results,
  };
}

/** Of a line that was counted: whether its points can be spent, all of them, some, or none. */
const COUNTED: Readonly<Record<QueuedLine['heldBack'], ShownStatus>> = { none: 'SUCCESS', part: 'PARTIAL HOLD', all: 'ON HOLD' };

function lineState({ requestId, status, points, heldBack, code, reason }: QueuedLine) {
  const counted = STATUSES[status] === 'SUCCESS';
  const shown = counted ? COUNTED[heldBack] : STATUSES[status];
  return {
    request_id: requestId,
    status: shown,
    ...(counted && { points }),
    message: status === 'parked' ? 'Waits for its purchase' : shown === 'FAILED' ? (reason ?? 'Failed') : counted ? 'Success' : 'Pending',
    ...(shown === 'FAILED' && { error: lineCode(code) }),
  };
}

/** The code of a refused line: one of the dialect's own, or what an error of ours is called for a transaction. */
function lineCode(code: string | null): LoyalifeCode {
  if (code !== null && Object.hasOwn(CODES, code)) return code as LoyalifeCode;
  if (code !== null && Object.hasOwn(TRANSACTION_CODES, code)) return TRANSACTION_CODES[code]!;
  const definition = errorCatalogue().find((error) => error.code === code);
  return definition ? codeOf(definition).code : '201';
}

/** What errors of ours are called where a transaction is refused. */
export const TRANSACTION_CODES: Readonly<Record<string, LoyalifeCode>> = {
  not_found: '103',
  erased: '113',
  invalid_state: '201',
  limit_exceeded: '201',
  idempotency_key_reused: 'E201',
};
