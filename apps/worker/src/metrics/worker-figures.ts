import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics, UnitOfWork } from '@tallystick/platform';
import { Gauge } from 'prom-client';
import { WorkerQueues } from '../queues/worker-queues.js';
import { platformContext } from '../tenants/work-contexts.js';

/** One look serves all gauges of a scrape, in milliseconds. */
const LOOK_MS = 1_000;
const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

interface Backlog {
  events: number;
  event_age: number;
  jobs: number;
  job_age: number;
  parked: number;
  deliveries: number;
  delivery_age: number;
}

/** What waits, and for how long: asked when somebody scrapes. Labels are the names of queues and states (OBS-04). */
@Injectable()
export class WorkerFigures implements OnModuleInit {
  private last?: { at: number; backlog: Promise<Backlog> };

  constructor(
    private readonly metrics: Metrics,
    private readonly unitOfWork: UnitOfWork,
    private readonly queues: WorkerQueues,
  ) {}

  onModuleInit(): void {
    this.gauge('outbox_waiting', 'Rows of the outbox that wait for the relay', ['kind'], async (gauge) => {
      const { events, jobs } = await this.look();
      gauge.set({ kind: 'event' }, events);
      gauge.set({ kind: 'job' }, jobs);
    });
    this.gauge('outbox_lag_seconds', 'Age of the oldest row of the outbox that waits for the relay', ['kind'], async (gauge) => {
      const { event_age, job_age } = await this.look();
      gauge.set({ kind: 'event' }, event_age);
      gauge.set({ kind: 'job' }, job_age);
    });
    this.gauge('jobs_parked', 'Jobs that failed for the last time and wait for somebody to retry them', [], async (gauge) =>
      gauge.set((await this.look()).parked),
    );
    this.gauge('webhook_deliveries_due', 'Webhook deliveries whose time has come', [], async (gauge) =>
      gauge.set((await this.look()).deliveries),
    );
    this.gauge('webhook_delivery_lag_seconds', 'How long the longest due webhook delivery has been due', [], async (gauge) =>
      gauge.set((await this.look()).delivery_age),
    );
    this.gauge('queue_jobs', 'Jobs of a queue by their state', ['queue', 'state'], async (gauge) => {
      for (const queue of this.queues.all) {
        const counts = await queue.getJobCounts(...STATES);
        for (const state of STATES) gauge.set({ queue: queue.name, state }, counts[state] ?? 0);
      }
    });
    this.gauge('queue_oldest_seconds', 'Age of the job of a queue that waits longest', ['queue'], async (gauge) => {
      for (const queue of this.queues.all) {
        const [oldest] = await queue.getJobs(['waiting'], 0, 0, true);
        gauge.set({ queue: queue.name }, oldest ? Math.max(0, Date.now() - oldest.timestamp) / 1_000 : 0);
      }
    });
  }

  /** A part that is away leaves its figures as they were: it has a readiness check of its own, and the rest is shown. */
  private gauge(name: string, help: string, labelNames: string[], read: (gauge: Gauge) => Promise<void>): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.metrics.registry],
      async collect() {
        await read(this).catch(() => undefined);
      },
    });
  }

  private look(): Promise<Backlog> {
    if (!this.last || Date.now() - this.last.at > LOOK_MS) this.last = { at: Date.now(), backlog: this.read() };
    return this.last.backlog;
  }

  private read(): Promise<Backlog> {
    const age = (column: string): string => `coalesce(extract(epoch from clock_timestamp() - min(${column})), 0)::float8`;
    return this.unitOfWork.platform(platformContext('metrics'), async (tx) => {
      const [row] = await tx.query<Backlog>(
        `select * from
           (select count(*)::int as events, ${age('recorded_at')} as event_age from event where relayed_at is null) e,
           (select count(*)::int as jobs, ${age('recorded_at')} as job_age from job_outbox where relayed_at is null) j,
           (select count(*)::int as parked from job_outbox where failed_at is not null) p,
           (select count(*)::int as deliveries, ${age('next_attempt_at')} as delivery_age from webhook_delivery where next_attempt_at <= now()) d`,
      );
      return row as Backlog;
    });
  }
}
