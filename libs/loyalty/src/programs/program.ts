import type { DebitOrder } from '@tallystick/ledger';

export type CalendarPeriod = 'month' | 'quarter' | 'half_year' | 'year';

/**
 * How long points last, in the tenant's zone (C1.4): for ever; so many days or months from the day they become available (C1.5); to the end
 * of the calendar period in which they become available; or, `sliding`, so many days or months from the member's last activity.
 */
export type ExpiryPolicy =
  | { readonly type: 'none' }
  | {
      readonly type: 'rolling' | 'sliding';
      readonly days?: number;
      readonly months?: number;
      readonly round_up_to?: CalendarPeriod;
    }
  | { readonly type: 'calendar'; readonly period: CalendarPeriod };

export type RoundingMode = 'floor' | 'half_up' | 'half_even';

/** What a refund takes when the member has spent the points (C3.3): with `allow_negative` what is missing is owed (C3.4). */
export type ReturnPolicy = 'pending_only' | 'within_balance' | 'allow_negative';

/** What a reversal does with points whose lot has expired meanwhile (C2.2). */
export type ReversalPolicy = 'restore_with_grace' | 'restore_and_expire';

export const CYCLES = ['day', 'week', 'month', 'year'] as const;
export type Cycle = (typeof CYCLES)[number];

/** How much a member redeems at most in a cycle of the tenant's calendar (weeks begin on Monday); in points, in number, or both. */
export interface RedeemLimit {
  readonly per: Cycle;
  readonly points: string | null;
  readonly count: number | null;
}

/** The most that a member earns by purchases, in points, whatever the rules give; null is no cap. `per_member` counts for ever. */
export interface EarnCaps {
  readonly per_transaction: string | null;
  readonly per_day: string | null;
  readonly per_month: string | null;
  readonly per_member: string | null;
}

/** The versioned terms of a program. Decimal amounts are strings; limits, caps and the threshold count points. */
export interface ProgramTerms {
  readonly currency: string;
  /** Points for one unit of the currency, at most six decimals. */
  readonly points_per_unit: string;
  /** What one point is worth in the currency, at most six decimals; null when the program does not say. */
  readonly point_value: string | null;
  readonly min_redeem: string | null;
  readonly max_redeem: string | null;
  /** How many local days after its own the points of a purchase become available, at the beginning of that day; 0: at once (C1.6). */
  readonly activation_days: number;
  readonly expiry_policy: ExpiryPolicy;
  readonly consumption_order: DebitOrder;
  readonly rounding: { readonly mode: RoundingMode };
  readonly return_policy: ReturnPolicy;
  readonly reversal_policy: ReversalPolicy;
  /** How many days restored points last when their own date has passed (C2.2). */
  readonly grace_days: number;
  /** At most one for each cycle. */
  readonly redeem_limits: readonly RedeemLimit[];
  readonly earn_caps: EarnCaps;
  /** Manual credits and debits above it need a second person; null: none does. */
  readonly approval_threshold: string | null;
  /** Members redeem and transfer so many points at once, or more, with a one-time code alone; null: without. */
  readonly otp_threshold: string | null;
  /** Whether integrators, and the holds that they place, need the member's code alike. */
  readonly otp_for_integrators: boolean;
  /** Whether a batch enrolls a member whose reference it has not seen before. */
  readonly enroll_on_first_sight: boolean;
}

/** What terms say where nobody said anything, and of those saved before there was anything to say. */
export const DEFAULT_TERMS = {
  points_per_unit: '1',
  point_value: null,
  min_redeem: null,
  max_redeem: null,
  activation_days: 0,
  expiry_policy: { type: 'none' },
  consumption_order: 'expiry_first',
  rounding: { mode: 'floor' },
  return_policy: 'within_balance',
  reversal_policy: 'restore_with_grace',
  grace_days: 30,
  redeem_limits: [],
  earn_caps: { per_transaction: null, per_day: null, per_month: null, per_member: null },
  approval_threshold: null,
  otp_threshold: null,
  otp_for_integrators: false,
  enroll_on_first_sight: false,
} as const satisfies Omit<ProgramTerms, 'currency'>;

export const PROGRAM_STATUSES = ['draft', 'active', 'paused', 'ended'] as const;
export type ProgramStatus = (typeof PROGRAM_STATUSES)[number];

/** A program of a tenant; its points are one asset of the ledger. */
export interface Program {
  readonly id: string;
  /** Counted within the tenant: what dialects call it that know no UUIDs. */
  readonly number: number;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly termsUrl: string | null;
  readonly status: ProgramStatus;
  readonly isDefault: boolean;
  readonly assetId: string;
  /** Decimals of the program's points, 0 to 4. */
  readonly scale: number;
  readonly version: number;
  readonly terms: ProgramTerms;
  /** Whether the program has tiers. */
  readonly tiered: boolean;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface ProgramRow {
  id: string;
  number: number;
  code: string;
  name: string;
  description: string | null;
  terms_url: string | null;
  status: ProgramStatus;
  is_default: boolean;
  asset_id: string;
  scale: number;
  version: number;
  terms: ProgramTerms;
  tiered: boolean;
  starts_at: Date | null;
  ends_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** Reads a program from its row. */
export const readProgram = (row: ProgramRow): Program => ({
  id: row.id,
  number: row.number,
  code: row.code,
  name: row.name,
  description: row.description,
  termsUrl: row.terms_url,
  status: row.status,
  isDefault: row.is_default,
  assetId: row.asset_id,
  scale: row.scale,
  version: row.version,
  terms: { ...DEFAULT_TERMS, ...row.terms },
  tiered: row.tiered,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export type { ProgramRow };
