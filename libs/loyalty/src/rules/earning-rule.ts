/** Some of, or none of: an entry meets it that is in `in`, when given, and not in `not_in`. */
export interface Among {
  readonly in?: readonly string[];
  readonly not_in?: readonly string[];
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Hours of some days in the tenant's zone; `from` is in it, `to` no more. From 22:00 to 02:00 ends on the day after. */
export interface TimeWindow {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

export const ATTRIBUTE_TESTS = ['in', 'not_in', 'at_least', 'at_most', 'present', 'absent'] as const;
export type AttributeTest = (typeof ATTRIBUTE_TESTS)[number];

/** What a member's attribute must be: numbers are compared as numbers, dates and the rest as text. */
export interface AttributeCondition {
  readonly code: string;
  readonly test: AttributeTest;
  readonly values?: readonly string[];
}

/** What has to be true for a rule to apply: every condition that is given. Amounts are decimals of the currency. */
export interface RuleConditions {
  /** The currency of the purchase; the program's when left out. */
  readonly currency?: string;
  readonly amount?: { readonly min?: string; readonly max?: string };
  /** Merchant category codes, single (`5411`) or a range (`5811-5814`). */
  readonly mcc?: Among;
  readonly merchant_id?: Among;
  /** In any case; `*` stands for any text. */
  readonly merchant_descriptor?: Among;
  readonly product_code?: Among;
  readonly channel?: Among;
  readonly time_windows?: readonly TimeWindow[];
  readonly attributes?: readonly AttributeCondition[];
  readonly segment?: Among;
  readonly tier?: Among;
  /** The member's first purchase in the program. One that was refunded whole makes the next one first again, once (C3.11). */
  readonly first_purchase?: boolean;
  /** The member's n-th purchase, or each n-th; purchases refunded whole do not count. */
  readonly nth_purchase?: { readonly n: number; readonly repeat?: boolean };
}

/** So many points for so much of the currency. */
export interface Rate {
  readonly points: string;
  readonly per: string;
}

/** What a rule gives. A multiplier multiplies what the program's rate and the rules with rates give. */
export type RuleEffect =
  | ({ readonly type: 'points_per_amount' } & Rate)
  | { readonly type: 'fixed'; readonly points: string }
  | { readonly type: 'multiplier'; readonly factor: string }
  /** `slice`: each part of the amount at its own rate; `whole`: all of it at the rate of where it ends up. */
  | { readonly type: 'rate_tiers'; readonly basis: 'slice' | 'whole'; readonly tiers: readonly (Rate & { readonly from: string })[] };

export const STACKING = ['stack', 'exclusive'] as const;
export type Stacking = (typeof STACKING)[number];

/** The most points that a rule gives: in one transaction, and to one member in a day, in a month, ever. */
export interface RuleCaps {
  readonly per_transaction?: string;
  readonly per_member_day?: string;
  readonly per_member_month?: string;
  readonly per_member?: string;
}

/** The most points that a rule gives to all members together: in a day, in a month, ever. */
export interface RuleBudget {
  readonly per_day?: string;
  readonly per_month?: string;
  readonly total?: string;
}

/** The versioned content of a rule. Points are decimals at the program's scale. */
export interface RuleDefinition {
  readonly name: string;
  readonly description: string | null;
  /** Rules are taken from the highest priority to the lowest. */
  readonly priority: number;
  /** An exclusive rule applies alone; it has no effect beside a rule of higher priority. */
  readonly stacking: Stacking;
  readonly conditions: RuleConditions;
  readonly effect: RuleEffect;
  /** The least that the rule gives when it applies. */
  readonly minimum_points: string | null;
  readonly caps: RuleCaps;
  readonly budget: RuleBudget;
  /** By the moment of the purchase. */
  readonly schedule: { readonly starts_at: string | null; readonly ends_at: string | null };
}

export const RULE_STATUSES = ['draft', 'published', 'paused', 'archived'] as const;
export type RuleStatus = (typeof RULE_STATUSES)[number];

export const RULE_VERSION_STATUSES = ['draft', 'submitted', 'approved', 'published', 'retired'] as const;
export type RuleVersionStatus = (typeof RULE_VERSION_STATUSES)[number];

/** One version of a rule: who wrote it, and who let it through. */
export interface RuleVersion {
  readonly version: number;
  readonly status: RuleVersionStatus;
  readonly definition: RuleDefinition;
  readonly editedBy: string;
  readonly editedAt: Date;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly publishedAt: Date | null;
}

/** A rule of a program with its latest version; `liveVersion` is the one that purchases earn by, or did until the rule was paused. */
export interface EarningRule {
  readonly id: string;
  readonly programId: string;
  readonly code: string;
  readonly status: RuleStatus;
  readonly latest: RuleVersion;
  readonly liveVersion: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version as purchases earn by it. */
export interface RuleInForce {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly definition: RuleDefinition;
}
