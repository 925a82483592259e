import { parseDecimal, type TenantContext } from '@tallystick/kernel';
import { ownerAccountId } from '@tallystick/ledger';
import type { ReadTx } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { activity, withPredecessors } from '../activity/activity.sql.js';
import type { LocalDay } from './local-day.js';
import { periodStart } from './tier-period.policy.js';
import type { Fact, FreshFact, Standing } from './tier.policy.js';
import { scaleOf, type TierBasis } from './tier.js';
import type { TieredProgram } from './tiered-programs.query.js';

/** Where a member stood, and which facts came before and after. */
export interface MemberHistory {
  readonly memberId: string;
  readonly standing: Standing | null;
  readonly counted: readonly Fact[];
  readonly fresh: readonly FreshFact[];
  /** The number of the last fact. */
  readonly seen: bigint;
}

interface StandingRow {
  member_id: string;
  tier_id: string | null;
  since: Date;
  since_day: LocalDay;
  valid_until: LocalDay | null;
  grace_until: LocalDay | null;
  override_until: LocalDay | null;
  reviewed_on: LocalDay;
  seen_number: string;
}

interface FactRow {
  account_id: string;
  day: LocalDay;
  fresh: string | null;
  last: string;
  at: Date;
  recorded_on: LocalDay;
  amount: string;
}

/**
 * Reads what members' standing in a program is evaluated from, in two statements whatever their number. For who has no standing yet all
 * that happened came before, but for what has a number above `newcomersSeen`: a list that is just being posted.
 */
export async function readHistories(
  tx: ReadTx<TenantContext>,
  tiered: TieredProgram,
  memberIds: readonly string[],
  newcomersSeen = 2n ** 62n,
): Promise<MemberHistory[]> {
  const { program, terms, zone, today } = tiered;
  const standings = await readStandings(tx, program.id, memberIds, zone);
  const accounts = memberIds.map((id) => ownerAccountId(program.assetId, id));
  const earliest = [...standings.values()].map(({ reviewed_on }) => reviewed_on).reduce((a, b) => (a < b ? a : b), today);
  const start = periodStart(terms, earliest);
  const scale = scaleOf(terms.scheme.basis, program);
  const rows = await tx.query<FactRow>(
    `select f.account_id, (f.effective_at at time zone $4)::date::text as day, case when f.number > k.seen then f.number end as fresh,
       max(f.number) as last, max(f.recorded_at) as at, (max(f.recorded_at) at time zone $4)::date::text as recorded_on,
       sum(${counted(terms.scheme.basis, '$6')}) as amount
     from (${activity(`t.account_id = any(${withPredecessors('$2::uuid[]')}) and ($5::timestamptz is null or t.effective_at >= $5)`)}) f
     join unnest($2::uuid[], $3::bigint[]) as k(account_id, seen) on k.account_id = f.account_id
     group by 1, 2, 3 order by 3 nulls first`,
    [
      tx.ctx.tenantId,
      accounts,
      memberIds.map((id) => standings.get(id)?.seen_number ?? String(newcomersSeen)),
      zone,
      start === null ? null : startOfDay(start, zone),
      ...(terms.scheme.basis === 'spend' ? [program.terms.currency] : []),
    ],
  );
  const units = (amount: string): bigint => (terms.scheme.basis === 'points' ? BigInt(amount) : (parseDecimal(amount, scale) as bigint));
  const byAccount = new Map<string, FactRow[]>(accounts.map((account) => [account, []]));
  for (const row of rows) byAccount.get(row.account_id)?.push(row);
  return memberIds.map((memberId, index) => {
    const standing = standings.get(memberId);
    const own = byAccount.get(accounts[index]!) ?? [];
    const facts = own.map((row) => ({ ...row, amount: units(row.amount) }));
    return {
      memberId,
      standing: standing ? standingOf(standing) : null,
      counted: facts.filter(({ fresh }) => fresh === null).map(({ day, amount }) => ({ day, amount })),
      fresh: facts
        .filter(({ fresh }) => fresh !== null)
        .map(({ day, amount, at, recorded_on }) => ({ day, amount, at, recordedOn: recorded_on })),
      seen: own.reduce((last, row) => (BigInt(row.last) > last ? BigInt(row.last) : last), BigInt(standing?.seen_number ?? 0)),
    };
  });
}

/** What of an activity `f` counts; two currencies are never added (C4.5): a purchase in another than the program's spends nothing. */
export const counted = (basis: TierBasis, currency: string): string =>
  basis === 'spend' ? `case when f.currency = ${currency} then f.spend else 0 end` : `f.${basis}`;

/** The first moment of a local day. */
export const startOfDay = (day: LocalDay, zone: string): Date => DateTime.fromISO(day, { zone }).startOf('day').toJSDate();

async function readStandings(
  tx: ReadTx<TenantContext>,
  programId: string,
  memberIds: readonly string[],
  zone: string,
): Promise<Map<string, StandingRow>> {
  const rows = await tx.query<StandingRow>(
    `select member_id, tier_id, since, (since at time zone $4)::date::text as since_day, valid_until::text, grace_until::text,
       override_until::text, reviewed_on::text, seen_number
     from member_tier where tenant_id = $1 and program_id = $2 and member_id = any($3::uuid[])`,
    [tx.ctx.tenantId, programId, memberIds, zone],
  );
  return new Map(rows.map((row) => [row.member_id, row]));
}

const standingOf = (row: StandingRow): Standing => ({
  tierId: row.tier_id,
  since: { day: row.since_day, at: row.since },
  validUntil: row.valid_until,
  graceUntil: row.grace_until,
  overrideUntil: row.override_until,
  reviewedOn: row.reviewed_on,
});
