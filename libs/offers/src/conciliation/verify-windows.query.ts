import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { listHash } from './list-hash.policy.js';
import { LIST_BATCH, batchesOf, linesAfter, payoutsAfter } from './window-lists.js';
import { CHAIN_BEGINNING, WINDOW_COLUMNS, sealHash, type ClosedWindow } from './window.js';

/** What a check of the windows found. */
export interface WindowVerification {
  /** How many windows are as they were closed, from the first on. */
  readonly windows: number;
  /** The hash of the last of those: it stands for all before it. */
  readonly hash: string;
  /** The first window that is wrong, and how. */
  readonly problem: { readonly window_id: string; readonly reason: string } | null;
}

/** Windows read at a time. */
const BATCH = 200;

/** Recomputes the chain of a tenant's windows from the first, all their lines and payouts, in bounded memory. */
@Injectable()
export class VerifyWindows {
  async find(tx: ReadTx<TenantContext>): Promise<WindowVerification> {
    let before: Pick<ClosedWindow, 'number' | 'hash' | 'endsAt'> | undefined;
    const result = (problem: WindowVerification['problem']): WindowVerification => ({
      windows: before?.number ?? 0,
      hash: before?.hash ?? CHAIN_BEGINNING,
      problem,
    });
    for (;;) {
      const windows = await this.after(tx, before?.number ?? 0);
      for (const window of windows) {
        const reason = await this.problemOf(tx, window, before);
        if (reason !== null) return result({ window_id: window.id, reason });
        before = window;
      }
      if (windows.length < BATCH) return result(null);
    }
  }

  private async problemOf(
    tx: ReadTx<TenantContext>,
    window: ClosedWindow,
    before: Pick<ClosedWindow, 'number' | 'hash' | 'endsAt'> | undefined,
  ): Promise<string | null> {
    if (window.number !== (before?.number ?? 0) + 1) return 'comes after one that is missing';
    if (before && window.startsAt.getTime() !== before.endsAt.getTime()) return 'does not begin where the one before ended';
    if (window.previousHash !== (before?.hash ?? CHAIN_BEGINNING)) return 'does not follow the one before';
    const lines = await listHash(batchesOf((after) => linesAfter(tx, window.id, after, LIST_BATCH)));
    if (lines.count !== window.lines || lines.hash !== window.linesHash) return 'has other lines than it was closed with';
    const payouts = await listHash(batchesOf((after) => payoutsAfter(tx, window.id, after, LIST_BATCH)));
    if (payouts.count !== window.payouts || payouts.hash !== window.payoutsHash) return 'has other payouts than it was closed with';
    return sealHash(window) === window.hash ? null : 'is not what was sealed';
  }

  private after(tx: ReadTx<TenantContext>, number: number): Promise<ClosedWindow[]> {
    return tx.query<ClosedWindow>(
      `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.number > $2 and w.closed_at is not null
       order by w.number limit ${BATCH}`,
      [tx.ctx.tenantId, number],
    );
  }
}
