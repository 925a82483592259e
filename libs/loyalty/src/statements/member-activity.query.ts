import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { metadataOf, narrationOf } from '@tallystick/ledger';
import type { ReadTx } from '@tallystick/platform';
import { FindWallets } from '../wallets/find-wallets.query.js';

/** A period of whole days in the tenant's zone, both included; `2026-03-31`. */
export interface DayRange {
  readonly from?: string;
  readonly to?: string;
}

/** What happened to a member's points, from the side of their wallet; `points` is signed. */
export interface Activity {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly points: number;
  readonly isPurchase: boolean;
  readonly isReversed: boolean;
  readonly reference: string | null;
  readonly narration: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly merchantName: string | null;
  readonly occurredAt: Date;
  readonly postedAt: Date;
  readonly expiresAt: Date | null;
}

interface Row {
  id: string;
  number: string;
  kind: string;
  units: string;
  is_purchase: boolean;
  is_reversed: boolean;
  reference: string | null;
  narration: string | null;
  metadata: Readonly<Record<string, unknown>> | null;
  merchant_name: string | null;
  effective_at: Date;
  recorded_at: Date;
  expires_at: Date | null;
}

/** SQL: a range of days `$from`, `$to` of a column, in the zone of the tenant `n`. */
export const within = (column: string, from: string, to: string): string =>
  `(${from}::date is null or ${column} >= (${from}::date)::timestamp at time zone n.timezone)
   and (${to}::date is null or ${column} < (${to}::date + 1)::timestamp at time zone n.timezone)`;

const FROM = `from ledger_transaction t join tenant n on n.id = t.tenant_id
  where t.tenant_id = $1 and (t.account_id = $2 or t.counter_account_id = $2) and t.kind not in ('hold', 'release')
    and ${within('t.effective_at', '$3', '$4')}`;

/** Reads what happened to a member's points by the day of it. */
@Injectable()
export class MemberActivity {
  constructor(private readonly wallets: FindWallets) {}

  /** Up to `limit` of them from `offset` on, newest first, and how many there are. Throws `not_found` for an unknown member or program. */
  async list(
    tx: ReadTx<TenantContext>,
    { memberId, programId, from, to }: DayRange & { readonly memberId: string; readonly programId: string },
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<{ activities: Activity[]; total: number }> {
    const { program, accountId } = await this.wallets.locate(tx, memberId, programId);
    const filter = [tx.ctx.tenantId, accountId, from ?? null, to ?? null];
    const [count] = await tx.query<{ total: number }>(`select count(*)::int as total ${FROM}`, filter);
    const rows = await tx.query<Row>(
      `select t.id, t.number, t.kind, case when t.account_id = $2 then t.amount else -t.amount end as units,
         coalesce(t.details ? 'purchase', false) as is_purchase, t.reference, ${narrationOf('t')} as narration, ${metadataOf('t')} as metadata,
         coalesce(t.details->>'merchant_name', t.details->'purchase'->'merchant'->>'descriptor') as merchant_name, t.effective_at, t.recorded_at,
         exists (select from ledger_transaction r where r.tenant_id = t.tenant_id and r.ref_id = t.id and r.once = 'reversal') as is_reversed,
         (select max(l.expires_at) from ledger_lot l
          where l.tenant_id = t.tenant_id and l.transaction_id = t.id and l.account_id = $2) as expires_at
       ${FROM} order by t.effective_at desc, t.number desc offset $5 limit $6`,
      [...filter, offset, limit],
    );
    const activities = rows.map((row): Activity => ({
      id: row.id,
      number: Number(row.number),
      kind: row.kind,
      points: Points.of(BigInt(row.units), program.scale).toNumber(),
      isPurchase: row.is_purchase,
      isReversed: row.is_reversed,
      reference: row.reference && row.reference.slice(row.reference.indexOf(':') + 1),
      narration: row.narration,
      metadata: row.metadata,
      merchantName: row.merchant_name,
      occurredAt: row.effective_at,
      postedAt: row.recorded_at,
      expiresAt: row.expires_at,
    }));
    return { activities, total: count!.total };
  }
}
