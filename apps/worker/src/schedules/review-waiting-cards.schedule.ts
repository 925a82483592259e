import { Injectable } from '@nestjs/common';
import { ReviewUnknownCards, ReviewWaitingCards } from '@tallystick/offers';
import { UnitOfWork } from '@tallystick/platform';
import { WorkContexts } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Card transactions at most in one transaction. */
const BATCH = 500;

const schedule = defineSchedule({
  name: 'review-waiting-cards',
  every: 60_000,
  summary:
    'Matches card transactions whose merchant was uncertain or unknown once merchants change, and gives up refunds whose purchase has not come',
});

@Injectable()
export class ReviewCards implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly reviewWaitingCards: ReviewWaitingCards,
    private readonly reviewUnknownCards: ReviewUnknownCards,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.reviewWaitingCards.execute(tx, BATCH))) === BATCH);
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.reviewUnknownCards.execute(tx))));
    });
  }
}
