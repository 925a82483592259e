import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { FindWallets } from '../wallets/find-wallets.query.js';

/** What becomes of the points whose last day is in one quarter, in points: `original = used + expired + held + left`. */
export interface QuarterOfLots {
  readonly year: number;
  readonly quarter: number;
  readonly original: number;
  readonly used: number;
  readonly expired: number;
  readonly held: number;
  readonly left: number;
}

interface Row {
  year: number;
  quarter: number;
  original: string;
  expired: string;
  held: string;
  remaining: string;
}

/** Reads a member's lots by the quarter in which they end, in the tenant's zone. */
@Injectable()
export class LotsByQuarter {
  constructor(private readonly wallets: FindWallets) {}

  /** The four quarters of a year; of the present one when left out. Throws `not_found` for an unknown member or program. */
  async year(tx: ReadTx<TenantContext>, memberId: string, programId: string, year: number | undefined): Promise<QuarterOfLots[]> {
    const { program, accountId } = await this.wallets.locate(tx, memberId, programId);
    const rows = await tx.query<Row>(
      `select y.year, q.quarter, coalesce(sum(l.original), 0) as original, coalesce(sum(l.held), 0) as held,
         coalesce(sum(l.remaining), 0) as remaining, coalesce(sum(l.expired), 0) as expired
       from tenant n
       cross join lateral (select coalesce($3::int, extract(year from tenant_now() at time zone n.timezone)::int) as year) y
       cross join generate_series(1, 4) as q(quarter)
       left join lateral (
         select l.original, l.held, l.remaining, (l.expires_at - interval '1 millisecond') at time zone n.timezone as last_moment,
           (select coalesce(-sum(u.remaining_change), 0) from ledger_lot_use u
            join ledger_transaction t on t.tenant_id = u.tenant_id and t.id = u.transaction_id and t.kind = 'expire'
            where u.tenant_id = l.tenant_id and u.account_id = l.account_id and u.lot_id = l.id) as expired
         from ledger_lot l where l.tenant_id = $1 and l.account_id = $2 and l.expires_at is not null) l
         on extract(year from l.last_moment) = y.year and extract(quarter from l.last_moment) = q.quarter
       where n.id = $1 group by y.year, q.quarter order by q.quarter`,
      [tx.ctx.tenantId, accountId, year ?? null],
    );
    const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
    return rows.map((row) => {
      const [original, expired, held, left] = [row.original, row.expired, row.held, row.remaining].map(BigInt) as [
        bigint,
        bigint,
        bigint,
        bigint,
      ];
      return {
        year: row.year,
        quarter: row.quarter,
        original: points(original),
        used: points(original - expired - left),
        expired: points(expired),
        held: points(held),
        left: points(left - held),
      };
    });
  }
}
