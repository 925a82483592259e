import { DomainError, newId, type RequestContext } from '@tallystick/kernel';
import type pg from 'pg';
import { QueryRunnerAlreadyReleasedError, type EntityTarget, type ObjectLiteral, type QueryRunner, type Repository } from 'typeorm';
import { writeAudit, type AuditNote, type NotedAct } from '../audit/write-audit.js';
import type { ActDefinition } from '../registry/acts.js';
import type { EventDefinition } from '../registry/events.js';
import { jobOwner, type JobDefinition } from '../registry/jobs.js';

/** The reading half of a TypeORM repository. */
export type ReadRepository<E extends ObjectLiteral> = Pick<
  Repository<E>,
  'find' | 'findBy' | 'findOne' | 'findOneBy' | 'count' | 'countBy' | 'exists' | 'existsBy'
>;

/** The connection of a transaction: the driver's own, and TypeORM's hold on it for repositories. */
export interface Connection {
  readonly runner: QueryRunner;
  readonly client: pg.ClientBase;
}

/**
 * A statement that each connection parses once and knows by its name from then on: for the few that carry the load. Its result columns are
 * named one by one, so that a migration beside running apps does not change them.
 */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** A database transaction that only reads, under one tenant's row-level security. */
export class ReadTx<Ctx extends RequestContext = RequestContext> {
  constructor(
    readonly ctx: Ctx,
    protected readonly connection: Connection,
  ) {}

  /** Runs one SQL statement with `$1`-style parameters and answers its rows. `bigint` columns arrive as decimal strings. */
  async query<Row = Record<string, unknown>>(sql: string | Prepared, parameters: unknown[] = []): Promise<Row[]> {
    const { runner, client } = this.connection;
    // By now the connection may be another tenant's.
    if (runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
    const { rows } = await (typeof sql === 'string' ? client.query(sql, parameters) : client.query({ ...sql, values: parameters }));
    return rows as Row[];
  }

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): ReadRepository<E> {
    return this.connection.runner.manager.getRepository(entity);
  }
}

const RECORD_EVENTS: Prepared = {
  name: 'outbox_record_events',
  // One after the other in `sequence` too: writing a row takes longer than the microsecond that it is counted on by.
  text: `insert into event (tenant_id, id, name, data, request_id, sequence)
    select $1, e.id, e.name, e.data, $5, began.at + e.place
    from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as at) began,
      unnest($2::uuid[], $3::text[], $4::jsonb[]) with ordinality as e(id, name, data, place)`,
};

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
    return this.connection.runner.manager.getRepository(entity);
  }

  /** Records that something happened, for webhook endpoints and other listeners; under a new id that the caller may have made, to name it elsewhere. */
  emit<Data extends object>(event: EventDefinition<Data>, data: Data, id = newId()): void {
    this.events.push({ id, name: event.name, data });
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
    await this.query(`savepoint ${name}`);
    try {
      const result = await work();
      await this.query(`release savepoint ${name}`);
      return result;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.query(`rollback to savepoint ${name}`);
      this.events.length = events;
      this.jobs.length = jobs;
      this.acts.length = acts;
      return error;
    }
  }

  /** Writes the outbox rows and the acts; called by the UnitOfWork just before it commits, and by who tells more than should wait in memory. */
  async flushOutbox(): Promise<void> {
    if (this.events.length > 0) {
      await this.query(RECORD_EVENTS, [
        this.ctx.tenantId,
        this.events.map((e) => e.id),
        this.events.map((e) => e.name),
        this.events.map((e) => JSON.stringify(e.data)),
        this.ctx.requestId,
      ]);
    }
    if (this.jobs.length > 0) {
      await this.query(
        `insert into job_outbox (tenant_id, id, name, payload, request_id)
         select $1, j.id, j.name, j.payload, $5 from unnest($2::uuid[], $3::text[], $4::jsonb[]) as j(id, name, payload)`,
        [
          jobOwner(this.ctx),
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
