import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { expectedWindows } from '../conciliation/outlook.query.js';
import type { RewardState } from './card-transaction.js';

interface Settled {
  readonly reward_state: RewardState | null;
  readonly settled_at: Date | null;
  readonly window_id: string | null;
  readonly expected_at: Date | null;
}

/** What has settled and is in no window yet gets the one that it will be in, and when that ends. */
export async function withExpectedWindows<Row extends Settled>(tx: ReadTx<TenantContext>, rows: readonly Row[]): Promise<Row[]> {
  const waits = ({ reward_state, settled_at }: Settled): boolean => reward_state === 'scheduled' && settled_at !== null;
  if (!rows.some(waits)) return [...rows];
  const expected = await expectedWindows(tx);
  return rows.map((row) => {
    const window = waits(row) ? expected(row.settled_at!) : undefined;
    return window ? { ...row, window_id: window.id, expected_at: window.endsAt } : row;
  });
}
