export const SETTLEMENT_STATUSES = ['received', 'processing', 'completed', 'refused', 'cancelled'] as const;
export type SettlementStatus = (typeof SETTLEMENT_STATUSES)[number];

export const ROW_STATUSES = ['accepted', 'duplicate', 'rejected'] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

/** A settlement file and how far it has been read; the file of the same id among all files is how it came and what goes back. */
export interface SettlementFile {
  readonly id: string;
  readonly windowId: string;
  readonly source: string;
  readonly name: string;
  readonly size: string;
  readonly sha256: string;
  readonly status: SettlementStatus;
  readonly code: string | null;
  readonly reason: string | null;
  readonly rowsTotal: number | null;
  readonly rowsDone: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** The columns of the table, named as its fields are. */
export const SETTLEMENT_COLUMNS = `id, window_id as "windowId", source, name, size, sha256, status, code, reason, rows_total as "rowsTotal",
  rows_done as "rowsDone", accepted, duplicates, rejected, created_at as "createdAt", finished_at as "finishedAt"`;

/** A row of a settlement file as it was read; amounts in minor units. */
export interface SettlementRow {
  readonly line: number;
  readonly status: RowStatus;
  readonly type: string | null;
  readonly source: string | null;
  readonly reference: string | null;
  readonly part: number | null;
  readonly currency: string | null;
  readonly amount: string | null;
  readonly settledAt: Date | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly reason: string | null;
}
