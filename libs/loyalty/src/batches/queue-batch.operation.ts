import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { IdempotencyKeyReused, type WriteTx } from '@tallystick/platform';
import { referenceKey } from '../points/plan.js';
import { postQueuedBatch } from './batches.jobs.js';
import type { NewLine } from './queued-batch.js';

/** Accepts a batch now and leaves it to the worker to post it: its lines are kept with the job, in one transaction. */
@Injectable()
export class QueueBatch {
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
    const used = await this.fingerprintsOf(tx, lines);
    const rows = lines.map((line, position) => {
      const { requestId, fingerprint, clientKey } = line;
      const known = clientKey === undefined ? undefined : used.get(clientKey);
      if (clientKey !== undefined && known === undefined) used.set(clientKey, fingerprint);
      const refused = 'code' in line ? line : known !== undefined && known !== fingerprint ? REUSED : undefined;
      return {
        position,
        request_id: requestId,
        client_key: clientKey && `${actor.id} ${clientKey}`,
        fingerprint,
        status: refused ? 'refused' : 'pending',
        fact: refused || 'code' in line ? null : line.fact,
        reference: 'fact' in line ? referenceKey(line.fact.kind, line.fact.reference) : null,
        code: refused?.code,
        reason: refused?.reason,
      };
    });
    await tx.query(
      `insert into queued_line (tenant_id, batch_id, position, request_id, client_key, fingerprint, status, fact, reference, code, reason)
       select $1, $2, r.position, r.request_id, r.client_key, r.fingerprint, r.status, r.fact, r.reference, r.code, r.reason
       from jsonb_to_recordset($3) as r(position integer, request_id uuid, client_key text, fingerprint text, status text, fact jsonb,
         reference text, code text, reason text)`,
      [tenantId, id, JSON.stringify(rows)],
    );
    tx.enqueue(postQueuedBatch, { batch_id: id });
    return id;
  }

  /** By the client's keys that were used before: what they were used for first. */
  private async fingerprintsOf(tx: WriteTx<TenantContext>, lines: readonly NewLine[]): Promise<Map<string, string>> {
    const { tenantId, actor } = tx.ctx;
    const keys = lines.flatMap(({ clientKey }) => (clientKey === undefined ? [] : [`${actor.id} ${clientKey}`])).sort();
    if (keys.length === 0) return new Map();
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended('queued_line ' || k, hashtextextended($1::text, 0))) from unnest($2::text[]) as asked(k)`,
      [tenantId, [...new Set(keys)]],
    );
    const rows = await tx.query<{ client_key: string; fingerprint: string }>(
      `select distinct on (l.client_key) l.client_key, l.fingerprint from queued_line l
       join queued_batch b on b.tenant_id = l.tenant_id and b.id = l.batch_id
       where l.tenant_id = $1 and l.client_key = any($2::text[]) order by l.client_key, b.created_at, l.position`,
      [tenantId, keys],
    );
    return new Map(rows.map((row) => [row.client_key.slice(actor.id.length + 1), row.fingerprint]));
  }
}

const REUSED = { code: IdempotencyKeyReused.code, reason: IdempotencyKeyReused.message };
