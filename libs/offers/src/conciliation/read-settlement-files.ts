import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  DEFAULT_FORMAT,
  frameRows,
  inspectFile,
  readCells,
  readFirstRow,
  RefusedFile,
  type FileHeader,
  type FramedRow,
} from '@tallystick/loyalty';
import { FileStore, UnitOfWork, type ReadTx, type WriteTx } from '@tallystick/platform';
import { MatchSettlement } from './match-settlement.operation.js';
import { SETTLEMENT_COLUMNS, settlementName, settlementPlace, type SettlementFile, type SettlementRow } from './settlement-file.js';
import { readSettlementRow, SETTLEMENT_FIELDS } from './settlement-rows.policy.js';

/** Rows in one transaction. */
const CHUNK = 2_000;
const COMMA = ',';
/** What settlement files are called where they are refused. */
const TYPE = 'STL';

/**
 * Reads settlement files as they come in, a chunk of rows in one transaction that moves the mark: cut off anywhere, it goes on there. A file
 * that was read is matched with its window, and with windows that still differ.
 */
@Injectable()
export class ReadSettlementFiles {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: FileStore,
    private readonly match: MatchSettlement,
  ) {}

  /** All files that wait, the oldest first. Opens its own transactions. */
  async run(ctx: TenantContext): Promise<void> {
    for (;;) {
      const file = await this.unitOfWork.read(ctx, (tx) => this.oldest(tx));
      if (!file) return;
      if (file.status === 'received') await this.begin(ctx, file);
      else await this.goOn(ctx, file);
    }
  }

  private async oldest(tx: ReadTx<TenantContext>): Promise<SettlementFile | undefined> {
    const [file] = await tx.query<SettlementFile>(
      `select ${SETTLEMENT_COLUMNS} from settlement_file where tenant_id = $1 and status in ('received', 'processing') order by id limit 1`,
      [tx.ctx.tenantId],
    );
    return file;
  }

  private async begin(ctx: TenantContext, file: SettlementFile): Promise<void> {
    try {
      const { first, rows } = await inspectFile(await this.bytesOf(ctx, file), TYPE, SETTLEMENT_FIELDS, DEFAULT_FORMAT);
      await this.unitOfWork.run(ctx, (tx) =>
        tx.query(
          `update settlement_file set status = 'processing', rows_total = $3, byte_offset = $4, line = $5
           where tenant_id = $1 and id = $2 and status = 'received'`,
          [ctx.tenantId, file.id, rows, first.offset, first.line],
        ),
      );
    } catch (error) {
      if (!(error instanceof RefusedFile)) throw error;
      await this.unitOfWork.run(ctx, (tx) =>
        tx.query(
          `update settlement_file set status = 'refused', code = $3, reason = $4, finished_at = tenant_now()
           where tenant_id = $1 and id = $2 and status = 'received'`,
          [ctx.tenantId, file.id, error.code, error.message],
        ),
      );
      await this.store.remove(settlementPlace(ctx.tenantId), settlementName(file.id));
    }
  }

  private async goOn(ctx: TenantContext, file: SettlementFile): Promise<void> {
    const [tenant] = await this.unitOfWork.read(ctx, (tx) =>
      tx.query<{ zone: string }>('select timezone as zone from tenant where id = $1', [ctx.tenantId]),
    );
    const { header } = await readFirstRow(await this.bytesOf(ctx, file), TYPE, SETTLEMENT_FIELDS, DEFAULT_FORMAT);
    let standing: SettlementFile | undefined = file;
    const from = { offset: Number(file.byteOffset), line: file.line };
    const rows = frameRows(await this.bytesOf(ctx, file, from.offset), COMMA, from);
    for await (const chunk of chunksOf(rows, file.rowsTotal! - file.rowsDone)) {
      const before: SettlementFile = standing;
      standing = await this.unitOfWork.run(ctx, (tx) => this.take(tx, before, chunk, header, tenant!.zone));
      if (standing?.status !== 'processing') break;
    }
    if (standing?.status === 'completed') await this.store.remove(settlementPlace(ctx.tenantId), settlementName(file.id));
  }

  /** Answers the file as it stands then; undefined when another worker has gone on with it. */
  private async take(
    tx: WriteTx<TenantContext>,
    file: SettlementFile,
    rows: readonly FramedRow[],
    header: FileHeader,
    zone: string,
  ): Promise<SettlementFile | undefined> {
    const { tenantId } = tx.ctx;
    // One file after the other: which of two rows was there first is certain.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('settlement ' || $1::text, 0))`, [tenantId]);
    const [current] = await tx.query<SettlementFile>(
      `select ${SETTLEMENT_COLUMNS} from settlement_file where tenant_id = $1 and id = $2 for update`,
      [tenantId, file.id],
    );
    if (current?.status !== 'processing' || current.rowsDone !== file.rowsDone) return undefined;
    const cells = readCells(rows, DEFAULT_FORMAT);
    const read = await this.markRepeats(tx, rows.map(({ line }, index) => readSettlementRow(line, cells[index]!, header, file.source, zone))); // prettier-ignore
    await this.write(tx, file.id, read);
    const count = (status: SettlementRow['status']): number => read.filter((row) => row.status === status).length;
    const next = rows.at(-1)?.next ?? { offset: Number(file.byteOffset), line: file.line };
    const last = file.rowsDone + rows.length >= file.rowsTotal!;
    const [after] = await tx.query<SettlementFile>(
      `update settlement_file set rows_done = rows_done + $3, accepted = accepted + $4, duplicates = duplicates + $5, rejected = rejected + $6,
         byte_offset = $7, line = $8, status = case when $9 then 'completed' else status end, finished_at = case when $9 then tenant_now() end
       where tenant_id = $1 and id = $2 returning ${SETTLEMENT_COLUMNS}`,
      [tenantId, file.id, rows.length, count('accepted'), count('duplicate'), count('rejected'), next.offset, next.line, last],
    );
    if (last) await this.match.afterFile(tx, file.windowId);
    return after;
  }

  /** A card transaction, or its part, that a row before has named is a duplicate, in whichever file. */
  private async markRepeats(tx: WriteTx<TenantContext>, rows: readonly SettlementRow[]): Promise<SettlementRow[]> {
    const keyOf = ({ source, type, reference, part }: Pick<SettlementRow, 'source' | 'type' | 'reference' | 'part'>): string =>
      JSON.stringify([source, type, reference, part]);
    const good = rows.filter(({ status }) => status === 'accepted');
    const known = await tx.query<Pick<SettlementRow, 'source' | 'type' | 'reference' | 'part'>>(
      `select r.source, r.type, r.reference, r.part from unnest($2::text[], $3::text[], $4::text[], $5::int[]) as k(source, type, reference, part)
       join settlement_row r on r.tenant_id = $1 and r.source = k.source and r.type = k.type and r.reference = k.reference and r.part = k.part
       where r.status = 'accepted'`,
      [
        tx.ctx.tenantId,
        good.map(({ source }) => source),
        good.map(({ type }) => type),
        good.map(({ reference }) => reference),
        good.map(({ part }) => part),
      ],
    );
    const seen = new Set(known.map(keyOf));
    return rows.map((row) => {
      if (row.status !== 'accepted') return row;
      const key = keyOf(row);
      if (seen.has(key)) return { ...row, status: 'duplicate' };
      seen.add(key);
      return row;
    });
  }

  private async write(tx: WriteTx<TenantContext>, fileId: string, rows: readonly SettlementRow[]): Promise<void> {
    const column = <T>(of: (row: SettlementRow) => T): T[] => rows.map(of);
    await tx.query(
      `insert into settlement_row (tenant_id, file_id, line, status, type, source, reference, part, currency, amount, settled_at, code, field, reason)
       select $1, $2, r.* from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::bigint[],
         $11::timestamptz[], $12::text[], $13::text[], $14::text[]) as r`,
      [
        tx.ctx.tenantId,
        fileId,
        column(({ line }) => line),
        column(({ status }) => status),
        column(({ type }) => type),
        column(({ source }) => source),
        column(({ reference }) => reference),
        column(({ part }) => part),
        column(({ currency }) => currency),
        column(({ amount }) => amount),
        column(({ settledAt }) => settledAt),
        column(({ code }) => code),
        column(({ field }) => field),
        column(({ reason }) => reason),
      ],
    );
  }

  private async bytesOf(ctx: TenantContext, { id }: SettlementFile, start = 0): Promise<AsyncIterable<Buffer>> {
    const stream = await this.store.stream(settlementPlace(ctx.tenantId), settlementName(id), { start });
    if (!stream) throw new Error('the bytes of a settlement file are gone');
    return stream as AsyncIterable<Buffer>;
  }
}

/** The next rows of a file, as many as are read together; of a file without rows one empty list, which ends it. */
async function* chunksOf(rows: AsyncIterable<FramedRow>, most: number): AsyncGenerator<FramedRow[]> {
  if (most === 0) return yield [];
  let held: FramedRow[] = [];
  for await (const row of rows) {
    held.push(row);
    if (held.length < CHUNK) continue;
    yield held;
    held = [];
  }
  if (held.length > 0) yield held;
}
