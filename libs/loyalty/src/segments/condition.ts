/** How a value is compared; what a member does not have is neither equal to nor above or below anything. */
export type Comparison = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';
type Membership = 'in' | 'not_in';

interface OfProgram {
  /** The program that is meant; the tenant's default program when left out. */
  readonly program_id?: string;
}

/** What members did in the last so many local days, today included, less what was refunded or reversed since. */
export const BEHAVIORS = ['spend', 'purchases', 'points_earned', 'points_redeemed'] as const;
export type Behavior = (typeof BEHAVIORS)[number];

/** A question about a member. */
export type Leaf =
  | { readonly field: 'status'; readonly op: 'eq' | 'ne'; readonly value: string }
  | { readonly field: 'status'; readonly op: Membership; readonly value: readonly string[] }
  | { readonly field: 'attribute'; readonly code: string; readonly op: Comparison; readonly value: string | number }
  | { readonly field: 'attribute'; readonly code: string; readonly op: Membership; readonly value: readonly (string | number)[] }
  | { readonly field: 'attribute'; readonly code: string; readonly op: 'is_set'; readonly value: boolean }
  | { readonly field: 'enrolled_on'; readonly op: Comparison; readonly value: string }
  | ({ readonly field: 'tier'; readonly op: 'eq' | 'ne'; readonly value: string } & OfProgram)
  | ({ readonly field: 'tier'; readonly op: Membership; readonly value: readonly string[] } & OfProgram)
  | ({ readonly field: 'tier'; readonly op: 'is_set'; readonly value: boolean } & OfProgram)
  | ({ readonly field: 'balance'; readonly op: Comparison; readonly value: string | number } & OfProgram)
  | ({ readonly field: 'days_since_last_purchase'; readonly op: Comparison; readonly value: number } & OfProgram)
  | ({ readonly field: 'days_since_last_purchase'; readonly op: 'is_set'; readonly value: boolean } & OfProgram)
  | ({ readonly field: Behavior; readonly days: number; readonly op: Comparison; readonly value: string | number } & OfProgram);

/** Who belongs to a segment: questions, put together. */
export type Condition =
  { readonly all: readonly Condition[] } | { readonly any: readonly Condition[] } | { readonly not: Condition } | Leaf;

/** The questions of a condition. */
export function* leavesOf(condition: Condition): Generator<Leaf> {
  if ('all' in condition) for (const part of condition.all) yield* leavesOf(part);
  else if ('any' in condition) for (const part of condition.any) yield* leavesOf(part);
  else if ('not' in condition) yield* leavesOf(condition.not);
  else yield condition;
}
