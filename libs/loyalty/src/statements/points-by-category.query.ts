import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { metadataOf } from '@tallystick/ledger';
import type { ReadTx } from '@tallystick/platform';
import { FindWallets } from '../wallets/find-wallets.query.js';
import { within, type DayRange } from './member-activity.query.js';

/**
 * Where points came from and went: purchases, bonuses, what partners gave and what was bought (earnings whose metadata says so by
 * `category`), anything else that came in, redemptions, expiry.
 */
export const POINT_CATEGORIES = ['spend', 'bonus', 'partner', 'purchased', 'other', 'redeemed', 'expired'] as const;
export type PointCategory = (typeof POINT_CATEGORIES)[number];

/** The points of one category, signed as they moved the wallet, and in how many postings. */
export interface PointsOfCategory {
  readonly category: PointCategory;
  readonly points: number;
  readonly count: number;
}

/** A reversal says what it is about by its target's metadata. */
const METADATA = `coalesce(${metadataOf('o')}, ${metadataOf('t')})`;

/** A reversal counts where what it reverses counts, so that each category is what is left of it. */
const CATEGORY = `case coalesce(o.kind, t.kind)
  when 'earn' then case
    when coalesce(o.details, t.details) ? 'purchase' then 'spend'
    when ${METADATA}->>'category' in ('partner', 'purchased') then ${METADATA}->>'category'
    else 'bonus' end
  when 'redeem' then 'redeemed'
  when 'capture' then 'redeemed'
  when 'expire' then 'expired'
  else 'other' end`;

/** Sums a member's points by category. */
@Injectable()
export class PointsByCategory {
  constructor(private readonly wallets: FindWallets) {}

  /** Every category, also the empty ones, in a range of days of the transactions. Throws `not_found` for an unknown member or program. */
  async sums(
    tx: ReadTx<TenantContext>,
    { memberId, programId, from, to }: DayRange & { readonly memberId: string; readonly programId: string },
  ): Promise<PointsOfCategory[]> {
    const { program, accountId } = await this.wallets.locate(tx, memberId, programId);
    const rows = await tx.query<{ category: PointCategory; units: string; count: number }>(
      `select ${CATEGORY} as category, sum(e.amount) as units, count(*)::int as count from ledger_entry e
       join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       left join ledger_transaction o on t.kind = 'reversal' and o.tenant_id = t.tenant_id and o.id = t.ref_id
       join tenant n on n.id = t.tenant_id
       where e.tenant_id = $1 and e.account_id = $2 and ${within('t.effective_at', '$3', '$4')} group by 1`,
      [tx.ctx.tenantId, accountId, from ?? null, to ?? null],
    );
    const found = new Map(rows.map((row) => [row.category, row]));
    return POINT_CATEGORIES.map((category) => {
      const { units, count } = found.get(category) ?? { units: '0', count: 0 };
      return { category, points: Points.of(BigInt(units), program.scale).toNumber(), count };
    });
  }
}
