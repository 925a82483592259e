import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { actingMember } from '../members/acting-member.js';
import { FindPrograms } from '../programs/find-programs.query.js';
import { CATEGORY, unitsByCategory, type CategorySum } from './category.js';
import { bucketsOf, finalDay, firstDay, type Granularity, type LocalPeriod } from './local-period.policy.js';
import { tenantCalendar } from './tenant-calendar.query.js';

/** Days that are told of when nobody says which. */
const USUAL_DAYS = 30;

/** What is asked: days or moments, both optional. */
export interface AnalyticsQuestion {
  readonly programId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly granularity: Granularity;
}

/** Movements of points: `net = issued - redeemed - expired + reversed + transferred + adjusted`, the last three signed. */
export interface Movements {
  readonly issued: number;
  readonly redeemed: number;
  readonly expired: number;
  readonly reversed: number;
  readonly transferred: number;
  readonly adjusted: number;
  readonly net: number;
}

/** Movements of a program's points by the tenant's local days (C10.11). */
export interface TransactionAnalytics extends Movements {
  readonly program_id: string;
  readonly timezone: string;
  readonly granularity: Granularity;
  readonly from: string;
  readonly to: string;
  /** Expired for each point issued in the period, four decimals; null where none was issued. */
  readonly breakage_rate: number | null;
  readonly series: readonly (Movements & { readonly from: string; readonly to: string })[];
}

type SumRow = CategorySum & { bucket: string };

const PERIOD = `recorded_at >= ($3::date)::timestamp at time zone $5 and %.recorded_at < ($4::date + 1)::timestamp at time zone $5`;
const within = (alias: string): string => `${alias}.${PERIOD.replaceAll('%', alias)}`;
const BUCKET = (alias: string): string => `date_trunc($6, ${alias}.recorded_at at time zone $5)::date::text as bucket`;

/**
 * Of all members: one pass over the transactions of the period, by the index on their time. What moves between two members (a transfer, or
 * its reversal) nets to nothing and stays out; holds move nothing.
 */
const OF_ALL = `select ${BUCKET('t')}, ${CATEGORY} as category, sum(t.amount) as units
  from ledger_transaction t
  join ledger_account a on a.tenant_id = t.tenant_id and a.id = t.account_id and a.asset_id = $2 and a.owner_type = 'member'
  where t.tenant_id = $1 and ${within('t')} and t.counter_account_id is null and t.kind not in ('hold', 'release')
  group by 1, 2`;

/** Of one member: the entries of their wallet. */
const OF_ONE = `select ${BUCKET('e')}, ${CATEGORY} as category, sum(e.amount) as units
  from ledger_account a
  join ledger_entry e on e.tenant_id = a.tenant_id and e.account_id = a.id
  join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
  where a.tenant_id = $1 and a.asset_id = $2 and a.owner_id = $7 and a.owner_type = 'member' and ${within('e')}
  group by 1, 2`;

/** Counts what moves a program's points; for a member who asks, their own. */
@Injectable()
export class CountTransactions {
  constructor(private readonly programs: FindPrograms) {}

  /** Throws `not_found` for an unknown program, `validation_error` for a period that cannot be told. */
  async find(tx: ReadTx<TenantContext>, { programId, from, to, granularity }: AnalyticsQuestion): Promise<TransactionAnalytics> {
    const program = await this.programs.named(tx, programId);
    const { zone, today } = await tenantCalendar(tx);
    const period = usualPeriod(from && firstDay(from, zone), to && finalDay(to, zone), today);
    const buckets = bucketsOf(period, granularity);
    const member = actingMember(tx.ctx);
    const rows = await tx.query<SumRow>(member === undefined ? OF_ALL : OF_ONE, [
      tx.ctx.tenantId,
      program.assetId,
      period.first,
      period.last,
      zone,
      granularity,
      ...(member === undefined ? [] : [member]),
    ]);
    const units = unitsByCategory(rows);
    return {
      program_id: program.id,
      timezone: zone,
      granularity,
      from: period.first,
      to: period.last,
      ...movements(rows, program.scale),
      breakage_rate: rate(units.expired, units.earned + units.bonus),
      series: [...buckets].map(([bucket, { first, last }]) => ({
        from: first,
        to: last,
        ...movements(
          rows.filter((row) => row.bucket === bucket),
          program.scale,
        ),
      })),
    };
  }
}

function usualPeriod(first: string | undefined, last: string | undefined, today: string): LocalPeriod {
  const end = last ?? (first !== undefined && first > today ? first : today);
  return {
    first:
      first ??
      DateTime.fromISO(end, { zone: 'utc' })
        .minus({ days: USUAL_DAYS - 1 })
        .toISODate()!,
    last: end,
  };
}

function movements(rows: readonly SumRow[], scale: number): Movements {
  const { earned, bonus, redeemed, expired, reversed, transferred, adjusted } = unitsByCategory(rows);
  const issued = earned + bonus;
  const points = (units: bigint): number => Points.of(units, scale).toNumber();
  return {
    issued: points(issued),
    redeemed: points(redeemed),
    expired: points(expired),
    reversed: points(reversed),
    transferred: points(transferred),
    adjusted: points(adjusted),
    net: points(issued - redeemed - expired + reversed + transferred + adjusted),
  };
}

const rate = (part: bigint, whole: bigint): number | null =>
  whole === 0n ? null : Number((part * 20_000n + whole) / (whole * 2n)) / 10_000;
