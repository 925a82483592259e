export const CASH_USER_TYPES = ['customer', 'merchant', 'agent'] as const;
/** What kind of user a member is: each has terms of its own. */
export type CashUserType = (typeof CASH_USER_TYPES)[number];

export const CASH_CYCLES = ['day', 'week', 'month', 'year'] as const;
/** A period of the tenant's calendar; weeks begin on Monday. */
export type CashCycle = (typeof CASH_CYCLES)[number];

/** Decimals that the value of points may have: finer than any currency, for one rounding at the end. */
export const CASH_VALUE_SCALE = 6;

/** When points are redeemed by themselves: once so many are available, in whole steps; what is left over stays. */
export interface AutomaticTerms {
  readonly at: bigint;
  readonly step: bigint;
}

/** The terms on which points of a program are redeemed to a currency. Points count the program's smallest unit. */
export interface CashTerms {
  readonly userType: CashUserType;
  /** ISO 4217. */
  readonly currency: string;
  /** So many points ... */
  readonly points: bigint;
  /** ... are worth so much, in 10^-6 of the currency. */
  readonly value: bigint;
  readonly minPoints: bigint | null;
  readonly maxPoints: bigint | null;
  readonly cycle: CashCycle;
  readonly maxPointsPerCycle: bigint | null;
  readonly maxRedemptionsPerCycle: number | null;
  /** Null: by nobody but the member. */
  readonly automatic: AutomaticTerms | null;
  readonly active: boolean;
}

/** A configuration: its terms, versioned. */
export interface CashConfig extends CashTerms {
  readonly id: string;
  readonly programId: string;
  /** Decimals of the program's points. */
  readonly scale: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface CashConfigRow {
  id: string;
  program_id: string;
  scale: number;
  user_type: CashUserType;
  currency: string;
  points: string;
  value: string;
  min_points: string | null;
  max_points: string | null;
  redeem_cycle: CashCycle;
  max_points_per_cycle: string | null;
  max_redemptions_per_cycle: number | null;
  automatic_at: string | null;
  automatic_step: string | null;
  active: boolean;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const units = (value: string | null): bigint | null => (value === null ? null : BigInt(value));

/** Reads a configuration from its row. */
export const readCashConfig = (row: CashConfigRow): CashConfig => ({
  id: row.id,
  programId: row.program_id,
  scale: row.scale,
  userType: row.user_type,
  currency: row.currency,
  points: BigInt(row.points),
  value: BigInt(row.value),
  minPoints: units(row.min_points),
  maxPoints: units(row.max_points),
  cycle: row.redeem_cycle,
  maxPointsPerCycle: units(row.max_points_per_cycle),
  maxRedemptionsPerCycle: row.max_redemptions_per_cycle,
  automatic: row.automatic_at === null ? null : { at: BigInt(row.automatic_at), step: BigInt(row.automatic_step as string) },
  active: row.active,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export type { CashConfigRow };
