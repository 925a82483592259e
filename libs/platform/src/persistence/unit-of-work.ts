import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isUuid, type RequestContext, type TenantContext } from '@tallystick/kernel';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ServiceUnavailable } from '../platform.errors.js';
import { sortDatabaseError } from './database-errors.js';
import { ReadTx, WriteTx, type Connection } from './transaction.js';

const ATTEMPTS = 6;

type Mode = 'read' | 'write';

/** Only a guard against nesting: nothing is ever read from it. */
const open = new AsyncLocalStorage<true>();

/**
 * The only way to the database. Opened once, at the edge; a nested call throws.
 * Each transaction carries the tenant of its context into row-level security, and ends by itself.
 * Serialization failures and deadlocks run the whole function again, with jitter, here and nowhere else:
 * `work` must not have effects outside its transaction.
 */
@Injectable()
export class UnitOfWork {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in a transaction that writes, and commits it with its outbox rows. */
  run<T>(ctx: TenantContext, work: (tx: WriteTx<TenantContext>) => Promise<T>): Promise<T> {
    return this.retrying(() => this.write(ctx, work));
  }

  /** Runs `work` in a read-only transaction; all its statements see the database as of one moment. */
  read<Ctx extends RequestContext, T>(ctx: Ctx, work: (tx: ReadTx<Ctx>) => Promise<T>): Promise<T> {
    return this.retrying(() => this.inTransaction(ctx, 'read', (connection) => work(new ReadTx(ctx, connection))));
  }

  /**
   * Work without a tenant: tables of the platform itself, and what the worker's own policies let it see across tenants.
   * Rows of tenants stay invisible to it otherwise.
   */
  platform<T>(
    ctx: RequestContext & { readonly tenantId: null },
    work: (tx: WriteTx<RequestContext & { readonly tenantId: null }>) => Promise<T>,
  ): Promise<T> {
    return this.retrying(() => this.write(ctx, work));
  }

  private write<Ctx extends RequestContext, T>(ctx: Ctx, work: (tx: WriteTx<Ctx>) => Promise<T>): Promise<T> {
    return this.inTransaction(ctx, 'write', async (connection) => {
      const tx = new WriteTx(ctx, connection);
      const result = await work(tx);
      await tx.flushOutbox();
      return result;
    });
  }

  private async inTransaction<T>(ctx: RequestContext, mode: Mode, work: (connection: Connection) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let client: pg.ClientBase | undefined;
    try {
      client = (await runner.connect()) as pg.ClientBase;
      await client.query(opening(ctx, mode));
      // Else a repository would open, and commit, a transaction of its own.
      Object.assign(runner, { isTransactionActive: true });
      const result = await work({ runner, client });
      await client.query('commit');
      return result;
    } catch (error) {
      await client?.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  private async retrying<T>(once: () => Promise<T>): Promise<T> {
    if (open.getStore()) throw new Error('a UnitOfWork is already open: pass its tx instead of opening another');
    for (let attempt = 1; ; attempt++) {
      try {
        return await open.run(true, once);
      } catch (error) {
        const fault = sortDatabaseError(error);
        if (fault === 'unavailable') throw ServiceUnavailable.with({ retryAfter: 1 });
        if (fault !== 'retry' || attempt >= ATTEMPTS) throw fault === 'retry' ? ServiceUnavailable.with({ retryAfter: 1 }) : error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }
}

/**
 * All that a transaction begins with, in one message: a round trip each would be a good part of what a single posting takes.
 * What writes finds its rows by keys: a plan that a connection keeps from when a table was empty must not read the whole of it ever after.
 */
function opening({ tenantId, clockOffsetMs, actor }: RequestContext, mode: Mode): string {
  const settings = {
    'app.tenant_id': tenantId ?? '',
    'app.clock_offset_ms': String(clockOffsetMs),
    'app.user_id': actor.type === 'user' && isUuid(actor.id) ? actor.id : '',
    ...(mode === 'write' ? { enable_seqscan: 'off' } : {}),
  };
  const set = Object.entries(settings).map(([name, value]) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`);
  return `start transaction ${mode === 'read' ? 'isolation level repeatable read, read only' : 'isolation level read committed, read write'};
    select ${set.join(', ')}`;
}
