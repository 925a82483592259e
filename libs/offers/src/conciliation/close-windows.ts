import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { CloseWindow, type Closing } from './close-window.operation.js';
import { FindWindows } from './find-windows.query.js';
import { MarkWindow } from './mark-window.operation.js';
import { MatchSettlement } from './match-settlement.operation.js';

/** A window that is in the way of those after it. */
export type BlockedWindow = Extract<Closing, { outcome: 'blocked' }>;

/** Closes what has ended by a tenant's clock, one window after the other, each as it would have been in time. Opens its own transactions. */
@Injectable()
export class CloseWindows {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findWindows: FindWindows,
    private readonly closeWindow: CloseWindow,
    private readonly markWindow: MarkWindow,
    private readonly match: MatchSettlement,
  ) {}

  /** Answers the window that does not close because its sums differ, if there is one. */
  async run(ctx: TenantContext, signal: AbortSignal): Promise<BlockedWindow | undefined> {
    while (!signal.aborted && (await this.unitOfWork.read(ctx, (tx) => this.findWindows.isDue(tx)))) {
      // Those of the window before, also where somebody was cut off; then it is this one's turn.
      while (!signal.aborted && (await this.unitOfWork.run(ctx, (tx) => this.markWindow.next(tx))));
      if (signal.aborted) return undefined;
      const closing = await this.unitOfWork.run(ctx, async (tx) => {
        const became = await this.closeWindow.execute(tx);
        // What was missing in the ledger may have been told by now.
        if (became?.outcome === 'closed') await this.match.differing(tx);
        return became;
      });
      if (closing?.outcome === 'blocked') return closing;
      if (!closing) return undefined;
    }
    return undefined;
  }
}
