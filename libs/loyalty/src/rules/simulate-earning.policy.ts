import { LARGEST_POSTING, Points } from '@tallystick/kernel';
import { assessBy } from '../points/assess-purchase.policy.js';
import type { LoyaltyWorld } from '../points/loyalty-world.query.js';
import { planEarn } from '../points/plan-earn.policy.js';
import type { EarnFact } from '../points/points-fact.js';
import { LimitExceeded } from '../loyalty.errors.js';
import type { EarningCounters } from './counters.policy.js';
import { measureEarning, type Assessment, type MeasuredEarning } from './measure-earning.policy.js';

/** Looks at a purchase as a posting would, and refuses what a posting refuses. */
export function assessSimulated(world: LoyaltyWorld, fact: EarnFact): Assessment {
  const { program } = planEarn(fact, world);
  return assessBy(world.rules(program), fact, program, world) as Assessment;
}

/**
 * What a purchase would earn at this moment, by the same measure as a posting: `counters` as they stand are the only thing that others may
 * change in between. Throws `limit_exceeded` for what is too much for one posting.
 */
export function simulateEarning(assessment: Assessment, counters: EarningCounters): MeasuredEarning {
  const earning = measureEarning(assessment, counters);
  if (earning.units > LARGEST_POSTING) {
    const most = Points.of(LARGEST_POSTING, assessment.program.scale).toString();
    throw LimitExceeded.with({ errors: { points: [`At most ${most} are left to move.`] } });
  }
  return earning;
}
