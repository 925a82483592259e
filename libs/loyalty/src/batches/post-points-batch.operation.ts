import { Injectable } from '@nestjs/common';
import { fingerprint, type TenantContext } from '@tallystick/kernel';
import {
  IdempotencyInProgress,
  IdempotencyKeyReused,
  NotFound,
  ValidationFailed,
  type BatchLine,
  type WriteTx,
} from '@tallystick/platform';
import { LARGEST_BATCH, factOf, type BatchItem } from './batch-item.js';
import { FindPointsBatch } from './find-points-batch.query.js';
import { ParkedRefunds } from '../points/parked-refunds.js';
import { rejected, tally, type BatchVerdict, type PointsBatch } from './points-batch.js';
import { PostPoints } from '../points/post-points.operation.js';
import { postLines } from './post-lines.js';

/** A batch as it came in; lines that failed the schema carry the reason instead of an item. */
export interface PointsBatchInput {
  readonly requestId: string | number;
  readonly programId?: string;
  readonly lines: readonly BatchLine<BatchItem>[];
  /** The lines exactly as sent, for recognizing a repeat. */
  readonly raw: readonly unknown[];
}

/**
 * Posts purchases and refunds, each with its own verdict, once per `(tenant, client, request_id)` (C5.1 to C5.7): the same request again
 * answers the stored result, another content under the same id is refused, one that still runs answers 409.
 */
@Injectable()
export class PostPointsBatch {
  constructor(
    private readonly postPoints: PostPoints,
    private readonly parked: ParkedRefunds,
    private readonly findBatch: FindPointsBatch,
  ) {}

  async execute(tx: WriteTx<TenantContext>, input: PointsBatchInput): Promise<{ batch: PointsBatch; replayed: boolean }> {
    if (input.lines.length === 0 || input.lines.length > LARGEST_BATCH)
      throw new Error('the edge lets through only batches of 1 to 5,000 lines');
    const requestId = String(input.requestId);
    const hash = fingerprint({ program: input.programId ?? null, transactions: input.raw });
    const earlier = await this.claim(tx, requestId, hash);
    if (earlier) return { batch: earlier, replayed: true };

    const program = await this.programOf(tx, input.programId);
    const lines = input.lines.flatMap((line) =>
      'item' in line ? [{ id: line.item.id, fact: factOf(line.item, input.programId, { channel: 'batch', requestId }) }] : [],
    );
    const posted = await postLines(tx, { postPoints: this.postPoints, parked: this.parked }, requestId, lines);
    const units = posted.reduce((sum, line) => sum + line.units, 0n);
    let next = 0;
    const verdicts = input.lines.map((line): BatchVerdict =>
      'item' in line ? posted[next++]!.verdict : rejected(line.id, ValidationFailed.code, line.message),
    );
    const batch = tally(input.requestId, verdicts, units, program.scale);
    await this.store(tx, requestId, hash, program.id, batch, units);
    return { batch, replayed: false };
  }

  /** Answers the stored batch of this request id, or takes the id for this transaction. */
  private async claim(tx: WriteTx<TenantContext>, requestId: string, hash: string): Promise<PointsBatch | null> {
    const [lock] = await tx.query<{ locked: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended('points_batch ' || $2 || ' ' || $3, hashtextextended($1::text, 0))) as locked`,
      [tx.ctx.tenantId, tx.ctx.actor.id, requestId],
    );
    if (!lock?.locked) throw IdempotencyInProgress.with({ retryAfter: 1 });
    const stored = await this.findBatch.stored(tx, requestId);
    if (stored && stored.fingerprint !== hash)
      throw IdempotencyKeyReused.with({ errors: { request_id: ['Used before with other content.'] } });
    return stored?.batch ?? null;
  }

  private async programOf(tx: WriteTx<TenantContext>, id: string | undefined): Promise<{ id: string; scale: number }> {
    const [program] = await tx.query<{ id: string; scale: number }>(
      `select id, scale from program where tenant_id = $1 and ${id === undefined ? 'is_default' : 'id = $2'}`,
      id === undefined ? [tx.ctx.tenantId] : [tx.ctx.tenantId, id],
    );
    if (program) return program;
    throw id === undefined
      ? ValidationFailed.with({ errors: { program_id: ['This tenant has no default program: name one.'] } })
      : NotFound.with({ errors: { program_id: ['No such program.'] } });
  }

  private async store(
    tx: WriteTx<TenantContext>,
    requestId: string,
    hash: string,
    programId: string,
    batch: PointsBatch,
    units: bigint,
  ): Promise<void> {
    await tx.query(
      `insert into points_batch (tenant_id, client_id, request_id, request_id_as_sent, fingerprint, program_id, processed, accepted, duplicates, rejected, points, items)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        tx.ctx.tenantId,
        tx.ctx.actor.id,
        requestId,
        JSON.stringify(batch.request_id),
        hash,
        programId,
        batch.processed,
        batch.accepted,
        batch.duplicates,
        batch.rejected,
        units,
        JSON.stringify(batch.items),
      ],
    );
  }
}
