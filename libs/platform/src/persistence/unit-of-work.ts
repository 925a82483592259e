import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isUuid, type RequestContext, type TenantContext } from '@tallystick/kernel';
import { DataSource, type QueryRunner } from 'typeorm';
import { ServiceUnavailable } from '../platform.errors.js';
import { sortDatabaseError } from './database-errors.js';
import { ReadTx, WriteTx } from './transaction.js';

const ATTEMPTS = 6;

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
    return this.retrying(() => this.inTransaction(ctx, 'read', (runner) => work(new ReadTx(ctx, runner))));
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
    return this.inTransaction(ctx, 'write', async (runner) => {
      const tx = new WriteTx(ctx, runner);
      const result = await work(tx);
      await tx.flushOutbox();
      return result;
    });
  }

  private async inTransaction<T>(ctx: RequestContext, mode: 'read' | 'write', work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.connect();
      await runner.startTransaction(mode === 'read' ? 'REPEATABLE READ' : 'READ COMMITTED');
      await runner.query(
        `select set_config('transaction_read_only', $1, true), set_config('app.tenant_id', $2, true),
           set_config('app.clock_offset_ms', $3, true), set_config('app.user_id', $4, true)`,
        [
          mode === 'read' ? 'on' : 'off',
          ctx.tenantId ?? '',
          String(ctx.clockOffsetMs),
          ctx.actor.type === 'user' && isUuid(ctx.actor.id) ? ctx.actor.id : '',
        ],
      );
      const result = await work(runner);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
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
