import { Inject, Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { momentsUntil } from './day-moments.policy.js';
import type { DayMoment, DayStep } from './day-step.js';

/** Injects the steps of a day, in their order. */
export const DAY_STEPS = Symbol('steps of a day');

/** Members at most in one transaction. */
const BATCH = 500;

/**
 * Does the work of a tenant's days: for each local midnight that has passed since it was last done, and then for the present moment, all steps
 * in their order (C1.7). A member's steps of one moment are one transaction. Late by days it posts what it would have posted in time (C11.6).
 * Opens its own transactions: for workers, not for work inside one.
 */
@Injectable()
export class RunDays {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    @Inject(DAY_STEPS) private readonly steps: readonly DayStep[],
  ) {}

  /** Until all is done, or `signal` asks it to stop; what is left then is found again. */
  async execute(ctx: TenantContext, signal?: AbortSignal): Promise<void> {
    const { now, zone, last } = await this.unitOfWork.read(ctx, async (tx) => {
      const [row] = await tx.query<{ now: Date; zone: string; last: string | null }>(
        `select tenant_now() as now, t.timezone as zone, d.day::text as last from tenant t left join tenant_day d on d.tenant_id = t.id where t.id = $1`,
        [ctx.tenantId],
      );
      return row!;
    });
    for (const at of momentsUntil(last, now, zone)) {
      await this.work(ctx, at, signal);
      if (signal?.aborted) return;
      if (at.begins) await this.finish(ctx, at);
    }
  }

  private async work(ctx: TenantContext, at: DayMoment, signal?: AbortSignal): Promise<void> {
    let before = '';
    while (!signal?.aborted) {
      const members = await this.unitOfWork.run(ctx, async (tx) => {
        const due = new Set<string>();
        for (const step of new Set(this.steps)) for (const id of await step.due(tx, at, BATCH)) due.add(id);
        const members = [...due].sort();
        if (members.length > 0) for (const step of this.steps) await step.run(tx, at, members);
        return members.join();
      });
      if (members === '') return;
      if (members === before) throw new Error('the work of a day does not come to an end: the same members are due again');
      before = members;
    }
  }

  private async finish(ctx: TenantContext, { day }: DayMoment): Promise<void> {
    await this.unitOfWork.run(ctx, (tx) =>
      tx.query(
        `insert into tenant_day (tenant_id, day, finished_at) values ($1, $2, tenant_now())
         on conflict (tenant_id) do update set day = excluded.day, finished_at = excluded.finished_at where tenant_day.day < excluded.day`,
        [ctx.tenantId, day],
      ),
    );
  }
}
