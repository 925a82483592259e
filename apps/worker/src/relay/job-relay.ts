import { Injectable } from '@nestjs/common';
import { findJob, jobOwner, type WriteTx } from '@tallystick/platform';
import { WorkerQueues } from '../queues/worker-queues.js';

/** Jobs at most in one step. */
const BATCH = 500;
/** Before the second try; each later pause is twice as long. */
const BACKOFF_MS = 1_000;
const FAILED_KEPT_SECONDS = 30 * 86_400;

interface WaitingJob {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
  readonly requestId: string;
  readonly attempts: number;
  readonly failure: string | null;
}

/** Hands waiting jobs to the queue. */
@Injectable()
export class JobRelay {
  constructor(private readonly queues: WorkerQueues) {}

  /**
   * Queues a batch and marks it, in this order: a crash between the two queues a job twice under one id, and the second run finds its row
   * gone. Of jobs that wait with the same key one is kept (`JobDefinition.dedupe`). Answers how many rows were dealt with.
   */
  async relay(tx: WriteTx): Promise<number> {
    const waiting = await tx.query<WaitingJob>(
      `select id, name, payload, request_id as "requestId", attempts, failure from job_outbox
       where tenant_id = $1 and relayed_at is null order by id limit $2 for update skip locked`,
      [jobOwner(tx.ctx), BATCH],
    );
    if (waiting.length === 0) return 0;
    const known = waiting.filter(({ name }) => findJob(name));
    const repeats = await this.repeats(tx, known);
    const fresh = known.filter(({ id }) => !repeats.has(id));
    await this.enqueue(jobOwner(tx.ctx), fresh);
    await tx.query(`delete from job_outbox where tenant_id = $1 and id = any ($2::uuid[])`, [jobOwner(tx.ctx), [...repeats]]);
    await tx.query(`update job_outbox set relayed_at = now(), started_at = null where tenant_id = $1 and id = any ($2::uuid[])`, [
      jobOwner(tx.ctx),
      fresh.map(({ id }) => id),
    ]);
    await tx.query(
      `update job_outbox set relayed_at = now(), failed_at = now(), failure = 'no such job' where tenant_id = $1 and id = any ($2::uuid[])`,
      [jobOwner(tx.ctx), waiting.filter((job) => !known.includes(job)).map(({ id }) => id)],
    );
    return waiting.length;
  }

  /**
   * Ids of the jobs that say what another waiting one says. A job that has begun does not count: it may not have seen what this one is
   * about. The rows of those that have not are locked here, so that they begin after this transaction and see all it saw.
   */
  private async repeats(tx: WriteTx, jobs: readonly WaitingJob[]): Promise<Set<string>> {
    const keyOf = ({ name, payload }: Pick<WaitingJob, 'name' | 'payload'>): string | undefined => {
      const key = findJob(name)?.dedupe?.(payload);
      return key === undefined ? undefined : `${name} ${key}`;
    };
    const names = [...new Set(jobs.filter(({ name }) => findJob(name)?.dedupe).map(({ name }) => name))];
    const repeats = new Set<string>();
    if (names.length === 0) return repeats;
    const earlier = await tx.query<Pick<WaitingJob, 'name' | 'payload'>>(
      `select name, payload from job_outbox
       where tenant_id = $1 and relayed_at is not null and failed_at is null and started_at is null and name = any ($2)
       for update skip locked`,
      [jobOwner(tx.ctx), names],
    );
    const taken = new Set(earlier.map(keyOf));
    for (const job of jobs) {
      const key = keyOf(job);
      if (key === undefined) continue;
      if (taken.has(key)) repeats.add(job.id);
      taken.add(key);
    }
    return repeats;
  }

  private async enqueue(tenantId: string, jobs: readonly WaitingJob[]): Promise<void> {
    // One that failed before may still lie among the failed jobs of the queue, where its id would keep it out.
    for (const { id } of jobs.filter(({ failure }) => failure !== null)) {
      const before = await this.queues.jobs.getJob(id);
      if (await before?.isFailed()) await before?.remove();
    }
    if (jobs.length === 0) return;
    await this.queues.jobs.addBulk(
      jobs.map(({ id, name, requestId, attempts }) => ({
        name,
        data: { tenantId, outboxId: id, requestId },
        opts: {
          jobId: id,
          attempts: Math.max(1, (findJob(name)?.attempts ?? 1) - attempts),
          backoff: { type: 'exponential', delay: BACKOFF_MS, jitter: 0.2 },
          removeOnComplete: true,
          removeOnFail: { age: FAILED_KEPT_SECONDS },
        },
      })),
    );
  }
}
