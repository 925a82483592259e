import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { canonicalJson, type TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type ReadTx } from '@tallystick/platform';
import { csvRow } from './csv.policy.js';
import { LINE_COLUMNS, LIST_BATCH, batchesOf, linesAfter, payoutsAfter } from './window-lists.js';
import { sealOf, type ClosedWindow } from './window.js';

export const EXPORT_FORMATS = ['json', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * Writes a closed window, the same bytes for ever: nothing in it changes after its close, least of all how far its money has come. The JSON
 * is canonical (RFC 8785) and has all that the hashes were made of; the CSV has the lines. A batch at a time, so that memory is bounded and
 * no connection waits for a reader.
 */
@Injectable()
export class ExportWindow {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  stream(ctx: TenantContext, window: ClosedWindow, format: ExportFormat): Readable {
    return Readable.from(format === 'json' ? this.json(ctx, window) : this.csv(ctx, window), { objectMode: false });
  }

  private async *json(ctx: TenantContext, window: ClosedWindow): AsyncGenerator<string> {
    // The members of an object in canonical JSON are in the order of their names.
    yield `{"hash":${canonicalJson(window.hash)},"lines":[`;
    yield* this.list(ctx, (tx, after) => linesAfter(tx, window.id, after, LIST_BATCH));
    yield '],"payouts":[';
    yield* this.list(ctx, (tx, after) => payoutsAfter(tx, window.id, after, LIST_BATCH));
    yield `],"window":${canonicalJson(sealOf(window))}}`;
  }

  private async *list<Item extends { readonly position: number }>(
    ctx: TenantContext,
    read: (tx: ReadTx<TenantContext>, after: number) => Promise<Item[]>,
  ): AsyncGenerator<string> {
    let first = true;
    for await (const batch of batchesOf((after) => this.unitOfWork.read(ctx, (tx) => read(tx, after)))) {
      yield `${first ? '' : ','}${batch.map(canonicalJson).join(',')}`;
      first = false;
    }
  }

  private async *csv(ctx: TenantContext, window: ClosedWindow): AsyncGenerator<string> {
    yield csvRow(LINE_COLUMNS);
    const read = (after: number) => this.unitOfWork.read(ctx, (tx) => linesAfter(tx, window.id, after, LIST_BATCH));
    for await (const batch of batchesOf(read)) yield batch.map((line) => csvRow(LINE_COLUMNS.map((name) => line[name]))).join('');
  }
}
