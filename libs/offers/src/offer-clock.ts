import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ClockWorks, type ClockWork } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { ReviewWaitingCards } from './cashback/review-waiting-cards.operation.js';
import { CloseWindows } from './conciliation/close-windows.js';

/** Card transactions at most in one transaction. */
const BATCH = 500;

/** Lets a sandbox's clock do what time does here: refunds are given up, windows close, day by day. */
@Injectable()
export class OfferClock implements ClockWork, OnModuleInit {
  constructor(
    private readonly works: ClockWorks,
    private readonly unitOfWork: UnitOfWork,
    private readonly reviewWaitingCards: ReviewWaitingCards,
    private readonly closeWindows: CloseWindows,
  ) {}

  onModuleInit(): void {
    this.works.register(this);
  }

  async run(ctx: TenantContext, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.reviewWaitingCards.execute(tx, BATCH))) === BATCH);
    await this.closeWindows.run(ctx, signal);
  }
}
