import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { stringify } from 'csv-stringify';
import { AuditTrail, type AuditFilter, type AuditRecord } from './audit-trail.query.js';

const BATCH = 1_000;

const COLUMNS: Readonly<Record<string, (record: AuditRecord) => string | null>> = {
  number: ({ number }) => number,
  recorded_at: ({ recordedAt }) => recordedAt.toISOString(),
  act: ({ act }) => act,
  outcome: ({ outcome }) => outcome,
  actor_type: ({ actor }) => actor.type,
  actor_id: ({ actor }) => actor.id,
  on_behalf_of: ({ onBehalfOf }) => onBehalfOf,
  target_type: ({ target }) => target?.type ?? null,
  target_id: ({ target }) => target?.id ?? null,
  before: ({ before }) => asJson(before),
  after: ({ after }) => asJson(after),
  address: ({ address }) => address,
  user_agent: ({ userAgent }) => userAgent,
  request_id: ({ requestId }) => requestId,
  id: ({ id }) => id,
  hash: ({ hash }) => hash.toString('hex'),
};

const asJson = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** Writes a trail as CSV, newest first, a batch at a time: memory is bounded however long the trail or slow the reader (FIL-05). */
@Injectable()
export class ExportAuditTrail {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** The records before `filter.before`. Cells that a spreadsheet would take for a formula are escaped (C10.7). */
  stream(ctx: RequestContext, filter: AuditFilter & { readonly before: string }): Readable {
    const rows = Readable.from(this.rows(ctx, filter), { objectMode: true, highWaterMark: BATCH });
    const csv = stringify({ header: true, columns: Object.keys(COLUMNS), escape_formulas: true, record_delimiter: '\r\n' });
    rows.on('error', (error) => csv.destroy(error));
    csv.on('close', () => rows.destroy());
    return rows.pipe(csv);
  }

  private async *rows(ctx: RequestContext, filter: AuditFilter & { readonly before: string }): AsyncGenerator<(string | null)[]> {
    for (let before: string | undefined = filter.before; before !== undefined;) {
      const at: string = before;
      const records = await this.unitOfWork.read(ctx, (tx) => this.trail.list(tx, { ...filter, before: at }, BATCH));
      for (const record of records) yield Object.values(COLUMNS).map((cell) => cell(record));
      before = records.length < BATCH ? undefined : records.at(-1)?.number;
    }
  }
}
