import { formatDecimal, parseDecimal } from '@tallystick/kernel';
import { ReplayFailure } from './failure.js';
import { runInFlight, type Task } from './in-flight.js';
import type { BatchReport, PointsApi, Reconciliation } from './api/points-api.js';
import { Refusals, type RefusalGroup } from './refusals.js';

/** Most decimals that points have. */
const POINTS_SCALE = 4;

/** What the API says of the batches of one run, summed. */
export interface BatchTotals {
  readonly processed: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Points issued, as exact decimal text. */
  readonly points: string;
  /** How many different members the purchases were counted for. */
  readonly members: number;
  readonly refusals: readonly RefusalGroup[];
}

/** The state of the tenant after a run, all of it fetched from the API. */
export interface Outcome {
  readonly totals: BatchTotals;
  readonly reconciliation: Reconciliation;
}

/** Fetches every batch of a run, and the reconciliation. Throws `ReplayFailure` when a batch is not there. */
export async function fetchOutcome(api: PointsApi, requestIds: readonly string[], inFlight: number, stop: AbortSignal): Promise<Outcome> {
  const totals = new Totals();
  async function* tasks(): AsyncGenerator<Task> {
    for (const requestId of requestIds) yield { run: async () => totals.add(await knownBatch(api, requestId)) };
  }
  await runInFlight(tasks(), inFlight, stop);
  return { totals: totals.sum(), reconciliation: await api.reconciliation() };
}

/** A batch that was posted; throws `ReplayFailure` when the API has lost it or never had it. */
export async function knownBatch(api: PointsApi, requestId: string): Promise<BatchReport> {
  const report = await api.findBatch(requestId);
  if (!report)
    throw new ReplayFailure(`The API does not know the batch ${requestId}, which was posted before; start a new run with --restart.`);
  return report;
}

class Totals {
  private processed = 0;
  private accepted = 0;
  private duplicates = 0;
  private rejected = 0;
  private units = 0n;
  private readonly members = new Set<string>();
  private readonly refusals = new Refusals();

  add(report: BatchReport): void {
    this.processed += report.processed;
    this.accepted += report.accepted;
    this.duplicates += report.duplicates;
    this.rejected += report.rejected;
    const units = parseDecimal(report.points, POINTS_SCALE);
    if (typeof units !== 'bigint')
      throw new ReplayFailure(`The API counts ${report.points} points in a batch, which is not a number of points.`);
    this.units += units;
    for (const item of report.items) {
      if (item.member_id !== null) this.members.add(item.member_id);
      if (item.status === 'rejected') this.refusals.add(item.code ?? 'rejected', item.reason ?? 'no reason given', item.id);
    }
  }

  sum(): BatchTotals {
    const points = formatDecimal(this.units, POINTS_SCALE).replace(/\.?0+$/, '');
    const { processed, accepted, duplicates, rejected } = this;
    return { processed, accepted, duplicates, rejected, points, members: this.members.size, refusals: this.refusals.list() };
  }
}
