import { Points } from '@tallystick/kernel';
import type { RuleInForce } from '../earning-rule.js';
import { divide } from '../fraction.policy.js';

/** How many members a report names. */
export const TOP = 20;

/** What a member earned by the rules in force and by the draft; points as exact JSON numbers. */
export interface ReplayedMember {
  readonly member_id: string;
  readonly points_now: number;
  readonly points_with_draft: number;
  readonly difference: number;
}

/** What a replay found. */
export interface ReplayReport {
  readonly purchases: number;
  readonly members: number;
  /** What was truly issued for them, by the rules of their time, less what refunds took back of it. */
  readonly points_issued: number;
  readonly points_now: number;
  readonly points_with_draft: number;
  readonly difference: number;
  /** The difference in percent of `points_now`, with two decimals; null where that is 0. */
  readonly percent: string | null;
  readonly members_gaining: number;
  readonly members_losing: number;
  readonly top: readonly ReplayedMember[];
}

/** A replay as it stands. */
export interface RuleReplay {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly status: 'queued' | 'running' | 'completed';
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** How far it is, in whole percent of the transactions to look at. */
  readonly progress: number;
  readonly purchases: number;
  readonly report: ReplayReport | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
}

export interface ReplayRow {
  id: string;
  program_id: string;
  rule_id: string;
  rule_version: number;
  draft: RuleInForce;
  rules: RuleInForce[];
  starts_at: Date;
  ends_at: Date;
  status: RuleReplay['status'];
  first_number: string | null;
  last_number: string | null;
  cursor_number: string | null;
  purchases: string;
  issued: string;
  report: ReplayReport | null;
  created_at: Date;
  completed_at: Date | null;
}

export const readReplay = (row: ReplayRow): RuleReplay => ({
  id: row.id,
  ruleId: row.rule_id,
  ruleVersion: row.rule_version,
  status: row.status,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  progress: progressOf(row),
  purchases: Number(row.purchases),
  report: row.report,
  createdAt: row.created_at,
  completedAt: row.completed_at,
});

function progressOf({ status, first_number: first, last_number: last, cursor_number: cursor }: ReplayRow): number {
  if (status === 'completed') return 100;
  if (first === null || last === null || cursor === null) return 0;
  const [done, all] = [BigInt(cursor) - BigInt(first), BigInt(last) - BigInt(first)];
  return all <= 0n ? 0 : Number((done * 100n) / all);
}

/** The sums over all members, as they come from the database. */
export interface ReplaySums {
  readonly purchases: string;
  readonly issued: string;
  readonly members: string;
  readonly now_units: string;
  readonly draft_units: string;
  readonly gaining: string;
  readonly losing: string;
}

/** Says in points what a replay summed up in units. */
export function reportOf(
  sums: ReplaySums,
  top: readonly { member_id: string; now_units: string; draft_units: string }[],
  scale: number,
): ReplayReport {
  const points = (units: bigint): number => Points.of(units, scale).toNumber();
  const [now, draft] = [BigInt(sums.now_units), BigInt(sums.draft_units)];
  return {
    purchases: Number(sums.purchases),
    members: Number(sums.members),
    points_issued: points(BigInt(sums.issued)),
    points_now: points(now),
    points_with_draft: points(draft),
    difference: points(draft - now),
    percent: now === 0n ? null : percentOf(draft - now, now),
    members_gaining: Number(sums.gaining),
    members_losing: Number(sums.losing),
    top: top.map(({ member_id, now_units, draft_units }) => ({
      member_id,
      points_now: points(BigInt(now_units)),
      points_with_draft: points(BigInt(draft_units)),
      difference: points(BigInt(draft_units) - BigInt(now_units)),
    })),
  };
}

function percentOf(difference: bigint, whole: bigint): string {
  const hundredths = divide((difference < 0n ? -difference : difference) * 10_000n, whole, 'half_up');
  return Points.of(difference < 0n ? -hundredths : hundredths, 2).toString();
}
