import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { ParkedRefunds } from './parked-refunds.js';
import { PostPoints } from './post-points.operation.js';

/** Posts refunds whose purchase has come without meeting them, and gives up those that have waited for 90 days (C3.9). */
@Injectable()
export class RetryParkedRefunds {
  constructor(
    private readonly parked: ParkedRefunds,
    private readonly postPoints: PostPoints,
  ) {}

  /** Answers how many refunds it took up or gave up, whichever were more; call again while that is `limit`. */
  async execute(tx: WriteTx<TenantContext>, limit = 500): Promise<number> {
    const waiting = await this.parked.missed(tx, limit);
    if (waiting.length > 0) {
      const outcomes = await this.postPoints.execute(
        tx,
        waiting.map(({ fact }) => fact),
      );
      await this.parked.settle(tx, waiting, outcomes);
    }
    return Math.max(waiting.length, await this.parked.giveUp(tx, limit));
  }
}
