import { DomainError, newId, type RequestContext } from '@tallystick/kernel';
import type { EntityTarget, ObjectLiteral, QueryRunner, Repository } from 'typeorm';
import { writeAudit, type AuditNote, type NotedAct } from '../audit/write-audit.js';
import type { ActDefinition } from '../registry/acts.js';
import type { EventDefinition } from '../registry/events.js';
import type { JobDefinition } from '../registry/jobs.js';

/** The reading half of a TypeORM repository. */
export type ReadRepository<E extends ObjectLiteral> = Pick<
  Repository<E>,
  'find' | 'findBy' | 'findOne' | 'findOneBy' | 'count' | 'countBy' | 'exists' | 'existsBy'
>;

/** A database transaction that only reads, under one tenant's row-level security. */
export class ReadTx<Ctx extends RequestContext = RequestContext> {
  constructor(
    readonly ctx: Ctx,
    protected readonly runner: QueryRunner,
  ) {}

  /** Runs one SQL statement with `$1`-style parameters and answers its rows. `bigint` columns arrive as decimal strings. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const result = (await this.runner.query(sql, parameters, true)) as { records?: Row[]; raw?: Row[] };
    return result.records ?? [];
  }

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): ReadRepository<E> {
    return this.runner.manager.getRepository(entity);
  }
}

interface OutboxEvent {
  id: string;
  name: string;
  data: object;
}
interface OutboxJob {
  id: string;
  name: string;
  payload: object;
}

/** A database transaction that writes. Events and jobs are rows of the same transaction: told if and only if it commits. */
export class WriteTx<Ctx extends RequestContext = RequestContext> extends ReadTx<Ctx> {
  private events: OutboxEvent[] = [];
  private jobs: OutboxJob[] = [];
  private acts: NotedAct[] = [];
  private savepoints = 0;

  override repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.runner.manager.getRepository(entity);
  }

  /** Records that something happened, for webhook endpoints and other listeners. */
  emit<Data extends object>(event: EventDefinition<Data>, data: Data): void {
    this.events.push({ id: newId(), name: event.name, data });
  }

  /** Asks the worker for a job. */
  enqueue<Payload extends object>(job: JobDefinition<Payload>, payload: Payload): void {
    this.jobs.push({ id: newId(), name: job.name, payload });
  }

  /**
   * Records an act in the audit trail of the context's tenant, or in the platform's: who, from where, under which request and when are the
   * context's and the database's to say. What `note` holds is kept for good and shown to admins: no secret, personal values masked.
   */
  audit(act: ActDefinition, note: AuditNote = {}): void {
    this.acts.push({ act, ...note });
  }

  /**
   * Runs `work` so that a refusal undoes only what `work` wrote; the transaction goes on.
   * Answers the result or the refusal; any other error is thrown on.
   */
  async attempt<T>(work: () => Promise<T>): Promise<T | DomainError> {
    const name = `attempt_${++this.savepoints}`;
    const [events, jobs, acts] = [this.events.length, this.jobs.length, this.acts.length];
    await this.runner.query(`savepoint ${name}`);
    try {
      const result = await work();
      await this.runner.query(`release savepoint ${name}`);
      return result;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.runner.query(`rollback to savepoint ${name}`);
      this.events.length = events;
      this.jobs.length = jobs;
      this.acts.length = acts;
      return error;
    }
  }

  /** Writes the outbox rows and the acts; called by the UnitOfWork just before it commits. */
  async flushOutbox(): Promise<void> {
    if (this.events.length > 0) {
      await this.runner.query(
        `insert into event (tenant_id, id, name, data, request_id)
         select $1, e.id, e.name, e.data, $5 from unnest($2::uuid[], $3::text[], $4::jsonb[]) as e(id, name, data)`,
        [
          this.ctx.tenantId,
          this.events.map((e) => e.id),
          this.events.map((e) => e.name),
          this.events.map((e) => JSON.stringify(e.data)),
          this.ctx.requestId,
        ],
      );
    }
    if (this.jobs.length > 0) {
      await this.runner.query(
        `insert into job_outbox (tenant_id, id, name, payload, request_id)
         select $1, j.id, j.name, j.payload, $5 from unnest($2::uuid[], $3::text[], $4::jsonb[]) as j(id, name, payload)`,
        [
          this.ctx.tenantId,
          this.jobs.map((j) => j.id),
          this.jobs.map((j) => j.name),
          this.jobs.map((j) => JSON.stringify(j.payload)),
          this.ctx.requestId,
        ],
      );
    }
    if (this.acts.length > 0) await writeAudit(this, this.acts);
    this.events = [];
    this.jobs = [];
    this.acts = [];
  }
}
