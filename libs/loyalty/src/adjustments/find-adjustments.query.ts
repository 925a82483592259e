import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import {
  SELECT_ADJUSTMENTS,
  showAdjustment,
  type AdjustmentRow,
  type AdjustmentStatus,
  type WalletAdjustment,
} from './wallet-adjustment.js';

/** Which adjustments, in which window. */
export interface AdjustmentFilter {
  readonly status?: AdjustmentStatus;
  readonly walletId?: string;
  readonly memberId?: string;
  readonly limit: number;
  readonly offset: number;
}

/** Reads the manual credits and debits that need a second person, or did. */
@Injectable()
export class FindAdjustments {
  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<WalletAdjustment> {
    const [row] = await tx.query<AdjustmentRow>(`${SELECT_ADJUSTMENTS} and w.id = $2`, [tx.ctx.tenantId, id]);
    if (!row) throw NotFound.with();
    return showAdjustment(row);
  }

  /** A page, the newest first, with the count of all that match. */
  async list(tx: ReadTx<TenantContext>, filter: AdjustmentFilter): Promise<{ adjustments: WalletAdjustment[]; total: number }> {
    const rows = await tx.query<AdjustmentRow & { total: string }>(
      `select found.*, count(*) over () as total from (${SELECT_ADJUSTMENTS}
         and ($2::text is null or w.status = $2) and ($3::uuid is null or w.account_id = $3) and ($4::uuid is null or w.member_id = $4)) found
       order by requested_at desc, id desc limit $5 offset $6`,
      [tx.ctx.tenantId, filter.status ?? null, filter.walletId ?? null, filter.memberId ?? null, filter.limit, filter.offset],
    );
    return { adjustments: rows.map(showAdjustment), total: Number(rows[0]?.total ?? 0) };
  }
}
