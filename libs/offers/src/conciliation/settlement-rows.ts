import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  RefusedFile,
  type FieldCells,
  type FileField,
  type FileRow,
  type FollowedRow,
  type NewFile,
  type Reading,
  type RowKind,
  type RowVerdict,
} from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { USUAL_SOURCE } from '../cashback/post-card-transactions.operation.js';
import { SettlementFileAlreadyReceived } from './conciliation.errors.js';
import { MatchSettlement } from './match-settlement.operation.js';
import { ReceiveSettlementFile } from './receive-settlement-file.operation.js';
import { readSettledRow, SETTLEMENT_FIELDS, windowOfName, type SettledRow } from './settlement-rows.policy.js';

type Tx = WriteTx<TenantContext>;
type SourcedRow = SettledRow & { readonly source: string };

/**
 * What card transactions did settle, as who settled them says. A file that was read is matched with its window, and with windows that still
 * differ.
 */
@Injectable()
export class SettlementRows implements RowKind<SettledRow> {
  readonly type = 'STL';
  readonly chunk = 2_000;
  readonly pointless = true;

  constructor(
    private readonly receiveFile: ReceiveSettlementFile,
    private readonly match: MatchSettlement,
  ) {}

  fields(): Promise<readonly FileField[]> {
    return Promise.resolve(SETTLEMENT_FIELDS);
  }

  keyOf(cells: FieldCells): string {
    return cells('reference');
  }

  read(cells: FieldCells, reading: Reading, line: number): SettledRow {
    return readSettledRow(cells, reading, line);
  }

  /** A file that is dropped names its window by its own name. */
  async take(tx: Tx, { id, name, received, sealedKey, dropId, remotePath }: NewFile): Promise<RefusedFile | undefined> {
    const windowId = windowOfName(name, tx.ctx.tenantId);
    if (windowId === undefined)
      return new RefusedFile(
        'no_window',
        'The name of a settlement file names one window, as settlement_W-2025-46.csv or D-2025-11-14.csv.',
      );
    const dropped = { dropId: dropId!, remotePath: remotePath! };
    const refusal = await tx.attempt(
      async () => void (await this.receiveFile.execute(tx, { id, name, received, sealedKey, windowId, source: USUAL_SOURCE, dropped })),
    );
    if (!refusal) return undefined;
    const { file } = (refusal.details.errors ?? {}) as { file?: readonly string[] };
    return refusal.definition.code === SettlementFileAlreadyReceived.code
      ? new RefusedFile('file_already_received', file?.[0] ?? refusal.message)
      : new RefusedFile('no_window', `There is no window ${windowId} yet.`);
  }

  /** A card transaction, or its part, that a row before has named is a duplicate, in whichever file. */
  async post(tx: Tx, rows: readonly SettledRow[], { fileId }: Reading): Promise<RowVerdict[]> {
    // One file after the other: which of two rows was there first is certain.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('settlement ' || $1::text, 0))`, [tx.ctx.tenantId]);
    const [file] = await tx.query<{ source: string }>('select source from settlement_file where tenant_id = $1 and id = $2', [
      tx.ctx.tenantId,
      fileId,
    ]);
    const sourced = rows.map((row): SourcedRow => ({ ...row, source: row.source ?? file!.source }));
    const seen = await this.known(tx, sourced);
    const statuses = sourced.map((row): 'accepted' | 'duplicate' => {
      const key = keyOf(row);
      if (seen.has(key)) return 'duplicate';
      seen.add(key);
      return 'accepted';
    });
    await this.write(tx, fileId, sourced, statuses);
    return sourced.map(({ reference: key }, index) => ({ key, status: statuses[index]!, units: 0n, transactionId: null, memberId: null }));
  }

  /** Keeps the record of the file in step, with the rows that were rejected, and matches once it was read or stopped. */
  async follow(tx: Tx, file: FileRow, rows: readonly FollowedRow[]): Promise<void> {
    await this.writeRejected(tx, file.id, rows);
    const [{ windowId }] = (await tx.query<{ windowId: string }>(
      `update settlement_file set status = $3, code = $4, reason = $5, rows_total = $6, rows_done = $7, accepted = $8, duplicates = $9,
         rejected = $10, finished_at = case when $11 then tenant_now() end
       where tenant_id = $1 and id = $2 returning window_id as "windowId"`,
      [
        tx.ctx.tenantId,
        file.id,
        file.status,
        file.code,
        file.reason,
        file.rowsTotal,
        file.rowsDone,
        file.accepted,
        file.duplicates,
        file.rejected,
        file.finishedAt !== null,
      ],
    )) as [{ windowId: string }];
    if (file.status === 'completed' || file.status === 'cancelled') await this.match.afterFile(tx, windowId);
  }

  private async known(tx: Tx, rows: readonly SourcedRow[]): Promise<Set<string>> {
    const known = await tx.query<Pick<SourcedRow, 'source' | 'type' | 'reference' | 'part'>>(
      `select r.source, r.type, r.reference, r.part from unnest($2::text[], $3::text[], $4::text[], $5::int[]) as k(source, type, reference, part)
       join settlement_row r on r.tenant_id = $1 and r.source = k.source and r.type = k.type and r.reference = k.reference and r.part = k.part
       where r.status = 'accepted'`,
      [
        tx.ctx.tenantId,
        rows.map(({ source }) => source),
        rows.map(({ type }) => type),
        rows.map(({ reference }) => reference),
        rows.map(({ part }) => part),
      ],
    );
    return new Set(known.map(keyOf));
  }

  private async write(tx: Tx, fileId: string, rows: readonly SourcedRow[], statuses: readonly string[]): Promise<void> {
    await tx.query(
      `insert into settlement_row (tenant_id, file_id, line, status, type, source, reference, part, currency, amount, settled_at)
       select $1, $2, r.* from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::bigint[],
         $11::timestamptz[]) as r`,
      [
        tx.ctx.tenantId,
        fileId,
        rows.map(({ line }) => line),
        statuses,
        rows.map(({ type }) => type),
        rows.map(({ source }) => source),
        rows.map(({ reference }) => reference),
        rows.map(({ part }) => part),
        rows.map(({ currency }) => currency),
        rows.map(({ amount }) => amount),
        rows.map(({ settledAt }) => settledAt),
      ],
    );
  }

  private async writeRejected(tx: Tx, fileId: string, rows: readonly FollowedRow[]): Promise<void> {
    const rejected = rows.filter(({ verdict }) => verdict.status === 'rejected');
    if (rejected.length === 0) return;
    await tx.query(
      `insert into settlement_row (tenant_id, file_id, line, status, code, field, reason)
       select $1, $2, r.line, 'rejected', r.code, r.field, r.reason
       from unnest($3::int[], $4::text[], $5::text[], $6::text[]) as r(line, code, field, reason)`,
      [
        tx.ctx.tenantId,
        fileId,
        rejected.map(({ line }) => line),
        rejected.map(({ verdict }) => verdict.code ?? null),
        rejected.map(({ verdict }) => verdict.field ?? null),
        rejected.map(({ verdict }) => verdict.reason ?? null),
      ],
    );
  }
}

const keyOf = ({ source, type, reference, part }: Pick<SourcedRow, 'source' | 'type' | 'reference' | 'part'>): string =>
  JSON.stringify([source, type, reference, part]);
