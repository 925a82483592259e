import { currencyExponent, formatDecimal, parseDecimal } from '@tallystick/kernel';
import type { Program } from '../programs/program.js';

/** What the tiers of a program count: points earned, the amount of purchases, or purchases. */
export const TIER_BASES = ['points', 'spend', 'purchases'] as const;
export type TierBasis = (typeof TIER_BASES)[number];

/** Over which time it is counted, by the tenant's local days. */
export const TIER_PERIODS = ['calendar_year', 'rolling_months', 'since_enrollment', 'program_anniversary'] as const;
export type TierPeriod = (typeof TIER_PERIODS)[number];

/** Where a member lands who no longer qualifies: one tier down, or in the tier that the count is enough for. */
export const DOWNGRADES = ['one_down', 'full'] as const;
export type Downgrade = (typeof DOWNGRADES)[number];

export const TIER_CHANGE_REASONS = ['entered', 'upgraded', 'downgraded', 'overridden', 'override_ended'] as const;
export type TierChangeReason = (typeof TIER_CHANGE_REASONS)[number];

/** How the tiers of a program are reached and lost. */
export interface TierScheme {
  readonly basis: TierBasis;
  readonly period: TierPeriod;
  /** With `rolling_months`, how many. */
  readonly period_months: number | null;
  /** For so many days after the one on which it was reached or renewed a tier is not lost; null: it is looked at every day. */
  readonly validity_days: number | null;
  /** Days that a member who no longer qualifies keeps the tier to qualify again. */
  readonly grace_days: number;
  readonly downgrade: Downgrade;
}

/** What holds until a program says otherwise. */
export const USUAL_SCHEME: TierScheme = {
  basis: 'points',
  period: 'calendar_year',
  period_months: null,
  validity_days: null,
  grace_days: 0,
  downgrade: 'full',
};

/** A tier of a program. */
export interface Tier {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** Higher is better; thresholds rise with it. */
  readonly rank: number;
  /** What must have been earned, spent or bought in the period, as a decimal in points, in the program's currency, or in purchases. */
  readonly threshold: string;
  /** What earning rates are multiplied by, a decimal with at most four decimals. */
  readonly earnMultiplier: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface TierRow {
  id: string;
  code: string;
  name: string;
  rank: number;
  threshold: string;
  earn_multiplier: string;
  created_at: Date;
  updated_at: Date;
}

/** Decimals that thresholds and multipliers may have. */
export const TIER_SCALE = 4;

/** Reads a tier from its row. */
export const readTier = (row: TierRow): Tier => ({
  id: row.id,
  code: row.code,
  name: row.name,
  rank: row.rank,
  threshold: plain(row.threshold),
  earnMultiplier: plain(row.earn_multiplier),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Decimals of what a basis counts in a program. */
export const scaleOf = (basis: TierBasis, program: Pick<Program, 'scale' | 'terms'>): number =>
  basis === 'points' ? program.scale : basis === 'spend' ? currencyExponent(program.terms.currency) : 0;

/** A decimal without zeros that say nothing: `1.5000` is `1.5`. */
export const plain = (decimal: string): string => {
  const text = formatDecimal(parseDecimal(decimal, TIER_SCALE) as bigint, TIER_SCALE);
  return text.replace(/\.?0+$/, '');
};
