import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import type { RewardState } from './card-transaction.js';

/** How far the money of card transactions has come, and in which window. */
export interface RewardMark {
  /** The card transactions that movements name as their cause. */
  readonly transactionIds: readonly string[];
  readonly state: Extract<RewardState, 'scheduled' | 'conciliated' | 'dispersed'>;
  readonly windowId?: string;
  readonly expectedAt?: Date;
}

/**
 * Writes down how far the money of rewards has come, for who closes windows and hands money on; what was reversed stays so. The caller holds
 * the lock of cashback.
 */
@Injectable()
export class MarkRewards {
  async execute(tx: WriteTx<TenantContext>, { transactionIds, state, windowId, expectedAt }: RewardMark): Promise<void> {
    await tx.query(
      `update card_transaction set reward_state = case reward_state when 'reversed' then 'reversed' else $3 end,
         window_id = coalesce($4, window_id), expected_at = coalesce($5::timestamptz, expected_at), updated_at = tenant_now()
       where tenant_id = $1 and id = any($2::uuid[]) and reward_state in ('scheduled', 'conciliated', 'dispersed', 'reversed')`,
      [tx.ctx.tenantId, transactionIds, state, windowId ?? null, expectedAt ?? null],
    );
  }
}
