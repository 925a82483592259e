import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { DIFFERENCE_COLUMNS, type Difference, type DifferenceKind, type DifferenceState } from './difference.js';
import type { SettlementMatch } from './match-settlement.operation.js';
import { SETTLEMENT_COLUMNS, type RowStatus, type SettlementFile, type SettlementRow } from './settlement-file.js';

type Tx = ReadTx<TenantContext>;

/** Which differences. */
export interface DifferenceFilter {
  readonly state?: DifferenceState;
  readonly kind?: DifferenceKind;
  readonly windowId?: string;
  readonly ownerId?: string;
}

/** Reads settlement files, what matching came to, and the differences. */
@Injectable()
export class FindSettlement {
  /** Newest first. */
  files(tx: Tx, filter: { windowId?: string }, page: { before?: string; limit: number }): Promise<SettlementFile[]> {
    return tx.query<SettlementFile>(
      `select ${SETTLEMENT_COLUMNS} from settlement_file where tenant_id = $1 and ($2::text is null or window_id = $2)
         and ($3::uuid is null or id < $3) order by id desc limit $4`,
      [tx.ctx.tenantId, filter.windowId ?? null, page.before ?? null, page.limit],
    );
  }

  /** Throws `not_found`. */
  async file(tx: Tx, id: string): Promise<SettlementFile> {
    const [file] = await tx.query<SettlementFile>(`select ${SETTLEMENT_COLUMNS} from settlement_file where tenant_id = $1 and id = $2`, [
      tx.ctx.tenantId,
      id,
    ]);
    if (!file) throw NotFound.with();
    return file;
  }

  /** The rows of a file in their order, after a line. Throws `not_found`. */
  async rows(tx: Tx, fileId: string, status: RowStatus | undefined, page: { after: number; limit: number }): Promise<SettlementRow[]> {
    await this.file(tx, fileId);
    return tx.query<SettlementRow>(
      `select line, status, type, source, reference, part, currency, amount, settled_at as "settledAt", code, field, reason from settlement_row
       where tenant_id = $1 and file_id = $2 and ($3::text is null or status = $3) and line > $4 order by line limit $5`,
      [tx.ctx.tenantId, fileId, status ?? null, page.after, page.limit],
    );
  }

  /** What the last match of a window came to. Throws `not_found` before the first one. */
  async match(tx: Tx, windowId: string): Promise<SettlementMatch> {
    const [row] = await tx.query<Omit<SettlementMatch, 'matched_at'> & { matched_at: Date }>(
      'select window_id, balanced, totals, inputs, matched_at from conciliation_match where tenant_id = $1 and window_id = $2',
      [tx.ctx.tenantId, windowId],
    );
    if (!row) throw NotFound.with({ message: 'No settlement file was matched with this window yet' });
    return { ...row, matched_at: row.matched_at.toISOString() };
  }

  /** The oldest first, so that what has waited longest is seen first. */
  differences(tx: Tx, filter: DifferenceFilter, page: { after?: { foundAt: string; id: string }; limit: number }): Promise<Difference[]> {
    return tx.query<Difference>(
      `select ${DIFFERENCE_COLUMNS} from conciliation_difference d where d.tenant_id = $1 and ($2::text is null or d.state = $2)
         and ($3::text is null or d.kind = $3) and ($4::text is null or d.window_id = $4) and ($5::uuid is null or d.owner_id = $5)
         and ($6::timestamptz is null or (d.found_at, d.id) > ($6, $7::uuid)) order by d.found_at, d.id limit $8`,
      [
        tx.ctx.tenantId,
        filter.state ?? null,
        filter.kind ?? null,
        filter.windowId ?? null,
        filter.ownerId ?? null,
        page.after?.foundAt ?? null,
        page.after?.id ?? null,
        page.limit,
      ],
    );
  }

  /** Throws `not_found`. */
  async difference(tx: Tx, id: string): Promise<Difference> {
    const [row] = await tx.query<Difference>(
      `select ${DIFFERENCE_COLUMNS} from conciliation_difference d where d.tenant_id = $1 and d.id = $2`,
      [tx.ctx.tenantId, id],
    );
    if (!row) throw NotFound.with();
    return row;
  }
}
