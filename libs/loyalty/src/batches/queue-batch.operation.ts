import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { IdempotencyKeyReused, type WriteTx } from '@tallystick/platform';
import { referenceKey } from '../points/plan.js';
import { postQueuedBatch } from './batches.jobs.js';
import type { NewLine } from './queued-batch.js';
import { TransactionKeys } from './transaction-keys.js';

/** Accepts a batch now and leaves it to the worker to post it: its lines are kept with the job, in one transaction. */
@Injectable()
export class QueueBatch {
  constructor(private readonly keys: TransactionKeys) {}

  /** Answers the id of the batch. Lines whose key was used before with other content are refused, each for itself. */
  async execute(tx: WriteTx<TenantContext>, { programId, lines }: { programId: string; lines: readonly NewLine[] }): Promise<string> {
    const { tenantId, actor } = tx.ctx;
    const id = newId();
    await tx.query('insert into queued_batch (tenant_id, id, client_id, program_id, created_at) values ($1, $2, $3, $4, tenant_now())', [
      tenantId,
      id,
      actor.id,
      programId,
    ]);
    const keyed = lines.filter((line): line is NewLine & { clientKey: string } => line.clientKey !== undefined);
    const claims = await this.keys.claim(
      tx,
      keyed.map(({ clientKey: key, fingerprint }) => ({ key, fingerprint })),
    );
    const reused = new Set<NewLine>(keyed.filter((_, index) => claims[index] === 'other'));
    const rows = lines.map((line, position) => {
      const { requestId, fingerprint } = line;
      const refused = 'code' in line ? line : reused.has(line) ? REUSED : undefined;
      return {
        position,
        request_id: requestId,
        fingerprint,
        status: refused ? 'refused' : 'pending',
        fact: refused || 'code' in line ? null : line.fact,
        reference: 'fact' in line ? referenceKey(line.fact.kind, line.fact.reference) : null,
        code: refused?.code,
        reason: refused?.reason,
      };
    });
    await tx.query(
      `insert into queued_line (tenant_id, batch_id, position, request_id, fingerprint, status, fact, reference, code, reason)
       select $1, $2, r.position, r.request_id, r.fingerprint, r.status, r.fact, r.reference, r.code, r.reason
       from jsonb_to_recordset($3) as r(position integer, request_id uuid, fingerprint text, status text, fact jsonb,
         reference text, code text, reason text)`,
      [tenantId, id, JSON.stringify(rows)],
    );
    tx.enqueue(postQueuedBatch, { batch_id: id });
    return id;
  }
}

const REUSED = { code: IdempotencyKeyReused.code, reason: IdempotencyKeyReused.message };
