import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@tallystick/platform';
import { WorkerQueues } from '../queues/worker-queues.js';
import { platformContext } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Rows at most in one turn. */
const BATCH = 500;

const schedule = defineSchedule({
  name: 'requeue-lost-jobs',
  every: 60_000,
  summary: 'Puts jobs back into the outbox that the queue no longer knows, or has given up before their last try',
});

interface RelayedJob {
  readonly tenantId: string;
  readonly id: string;
}

@Injectable()
export class RequeueLostJobs implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly queues: WorkerQueues,
  ) {}

  /** A job that runs at this moment has its row locked, or has begun a short time ago: it is left alone. */
  async run(): Promise<void> {
    await this.unitOfWork.platform(platformContext(schedule.name), async (tx) => {
      const relayed = await tx.query<RelayedJob>(
        `select tenant_id as "tenantId", id from job_outbox
         where relayed_at < now() - interval '1 minute' and failed_at is null and coalesce(started_at < now() - interval '10 minutes', true)
         order by relayed_at limit $1 for update skip locked`,
        [BATCH],
      );
      const lost: RelayedJob[] = [];
      for (const job of relayed) if (await this.isLost(job)) lost.push(job);
      await tx.query(
        `update job_outbox j set relayed_at = null, started_at = null
         from unnest($1::uuid[], $2::uuid[]) as l(tenant_id, id) where j.tenant_id = l.tenant_id and j.id = l.id`,
        [lost.map(({ tenantId }) => tenantId), lost.map(({ id }) => id)],
      );
    });
  }

  private async isLost({ id }: RelayedJob): Promise<boolean> {
    const queued = await this.queues.jobs.getJob(id);
    if (!queued) return true;
    if (!(await queued.isFailed())) return false;
    await queued.remove();
    return true;
  }
}
