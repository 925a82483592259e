import { NotFound } from '@tallystick/platform';
import type { PointsOutcome } from './points-outcome.js';

/** What became of a fact that was posted, now or before. */
export type PostedOutcome = Extract<PointsOutcome, { status: 'posted' | 'replayed' }>;

/** The outcome of a fact posted alone. Throws the refusal. */
export function postedOutcome([outcome]: readonly PointsOutcome[]): PostedOutcome {
  if (outcome!.status === 'refused') throw outcome!.refusal;
  // Only refunds that name a purchase by its reference are parked.
  if (outcome!.status === 'parked') throw NotFound.with();
  return outcome!;
}
