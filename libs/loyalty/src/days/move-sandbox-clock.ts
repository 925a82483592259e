import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type WriteTx } from '@tallystick/platform';
import { RetryParkedRefunds } from '../points/retry-parked-refunds.operation.js';
import { RefreshSegment } from '../segments/refresh-segment.operation.js';
import { EvaluateTiers } from '../tiers/evaluate-tiers.operation.js';
import { ClockWorks } from './clock-works.js';
import { nextMidnight } from './day-moments.policy.js';
import { RunDays } from './run-days.js';

/** How long other processes may remember where a clock stood (OAU-05). */
const REMEMBERED_MS = 800;
/** How long a process that moves a clock may take for one day before another one takes over, in seconds. */
const LEASE_S = 60;
/** Refunds at most in one transaction. */
const REFUNDS = 500;
/** Members at most that enter and leave a segment in one. */
const CHANGES = 5_000;

type Hop = { readonly offsetMs: number; readonly arrived: boolean } | 'nothing to do' | 'taken';

/**
 * Takes the clock of a sandbox where it is to go, from midnight to midnight, and does the work of each day as it comes, as if the time had
 * passed. Whoever begins may stop: what is left is found by the next one. Opens its own transactions.
 */
@Injectable()
export class MoveSandboxClock {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly runDays: RunDays,
    private readonly retryParkedRefunds: RetryParkedRefunds,
    private readonly evaluateTiers: EvaluateTiers,
    private readonly refreshSegment: RefreshSegment,
    private readonly works: ClockWorks,
  ) {}

  /** Answers whether the clock has arrived, and is in force everywhere; false when `signal` stopped it or another process is at it. */
  async execute(ctx: TenantContext, signal: AbortSignal): Promise<boolean> {
    const own = newId();
    for (;;) {
      const hop = await this.unitOfWork.run(ctx, (tx) => this.hop(tx, own));
      if (typeof hop === 'string') return hop === 'nothing to do';
      const then = requestContext({ ...ctx, clockOffsetMs: hop.offsetMs });
      await this.runDays.execute(then, signal);
      while (!signal.aborted && (await this.unitOfWork.run(then, (tx) => this.retryParkedRefunds.execute(tx, REFUNDS))) === REFUNDS);
      await this.refresh(then, signal);
      await this.works.run(then, signal);
      if (signal.aborted || hop.arrived) await this.unitOfWork.run(then, (tx) => this.leave(tx, own, hop.arrived && !signal.aborted));
      if (signal.aborted) return false;
      if (!hop.arrived) continue;
      await sleep(REMEMBERED_MS);
      return true;
    }
  }

  /** Tiers of newcomers, and then the segments, which may ask for tiers: what schedules of the worker do between its days. */
  private async refresh(then: TenantContext, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.unitOfWork.run(then, (tx) => this.evaluateTiers.executeDue(tx))) > 0);
    for (const id of await this.unitOfWork.read(then, (tx) => this.refreshSegment.ids(tx)))
      while (!signal.aborted && (await this.unitOfWork.run(then, (tx) => this.refreshSegment.execute(tx, id, CHANGES))) === CHANGES);
  }

  /** Sets the clock to the next local midnight, or to where it is to go when that comes first. */
  private async hop(tx: WriteTx<TenantContext>, own: string): Promise<Hop> {
    const { tenantId } = tx.ctx;
    const [waiting] = await tx.query('select from sandbox_clock where tenant_id = $1 for update', [tenantId]);
    if (!waiting) return 'nothing to do';
    const [leased] = await tx.query<{ target: Date }>(
      `update sandbox_clock set leased_by = $2, leased_until = clock_timestamp() + interval '${LEASE_S} seconds'
       where tenant_id = $1 and (leased_by is null or leased_by = $2 or leased_until < clock_timestamp()) returning target`,
      [tenantId, own],
    );
    if (!leased) return 'taken';
    const [tenant] = await tx.query<{ now: Date; zone: string }>(
      `select date_trunc('milliseconds', clock_timestamp()) + clock_offset_ms * interval '1 millisecond' as now, timezone as zone
       from tenant where id = $1 for no key update`,
      [tenantId],
    );
    const { now, zone } = tenant!;
    const midnight = nextMidnight(now, zone);
    const next = leased.target < midnight ? leased.target : midnight;
    const [moved] = await tx.query<{ offset: string }>(
      `update tenant set clock_offset_ms = greatest(clock_offset_ms,
         ceil(extract(epoch from $2::timestamptz - date_trunc('milliseconds', clock_timestamp())) * 1000)::bigint)
       where id = $1 returning clock_offset_ms as offset`,
      [tenantId, next],
    );
    return { offsetMs: Number(moved!.offset), arrived: next === leased.target };
  }

  private async leave(tx: WriteTx<TenantContext>, own: string, arrived: boolean): Promise<void> {
    await tx.query(
      arrived
        ? 'delete from sandbox_clock where tenant_id = $1 and leased_by = $2'
        : 'update sandbox_clock set leased_by = null, leased_until = null where tenant_id = $1 and leased_by = $2',
      [tx.ctx.tenantId, own],
    );
  }
}
