import { ActivatePoints } from './activate-points.step.js';
import { AdvanceSandboxClock } from './advance-sandbox-clock.operation.js';
import { ClockWorks } from './clock-works.js';
import type { DayStep } from './day-step.js';
import { EndHolds } from './end-holds.step.js';
import { ExpireLots } from './expire-lots.step.js';
import { FindSandboxClock } from './find-sandbox-clock.query.js';
import { MoveSandboxClock } from './move-sandbox-clock.js';
import { RedeemAutomatically } from './redeem-automatically.step.js';
import { ReviewTiers } from './review-tiers.step.js';
import { DAY_STEPS, RunDays } from './run-days.js';

/** The steps of a day, in their order (C1.7): what becomes available first, what expires last; one may stand in it twice. */
const STEPS = [EndHolds, ActivatePoints, RedeemAutomatically, ReviewTiers, ExpireLots, ReviewTiers];

/** The work of days and the clocks of sandboxes, for the module. */
export const DAY_OPERATIONS = [
  ...new Set(STEPS),
  { provide: DAY_STEPS, inject: STEPS, useFactory: (...steps: DayStep[]) => steps },
  RunDays,
  AdvanceSandboxClock,
  ClockWorks,
  FindSandboxClock,
  MoveSandboxClock,
];
