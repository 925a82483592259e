import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import type { FileField, RefusedFile } from './file-header.policy.js';
import type { FileFormat, RowType } from './file-format.policy.js';
import type { FileRow } from './file-import.js';
import type { NewFile } from './receive-file.operation.js';

/** What became of a row. `points` counts the program's smallest unit, exactly. */
export interface RowVerdict {
  /** What names the row: a transaction's id, or a member's reference. */
  readonly key: string | null;
  readonly status: 'accepted' | 'duplicate' | 'rejected';
  readonly units: bigint;
  readonly transactionId: string | null;
  readonly memberId: string | null;
  readonly code?: string;
  /** Our field that the reason is about. */
  readonly field?: string;
  readonly reason?: string;
}

/** The cells of a row by our fields; empty where the file says nothing. */
export type FieldCells = (field: string) => string;

/** How the rows of a file are to be read. */
export interface Reading {
  readonly fileId: string;
  readonly programId: string | undefined;
  readonly format: FileFormat;
  /** What `RowKind.fields` said. */
  readonly fields: readonly FileField[];
  /** IANA zone of the tenant. */
  readonly zone: string;
}

/** What rows of a type of file are, and what they do: by the same operations as the API. */
export interface RowKind<Row = unknown> {
  readonly type: RowType;
  /** It moves no points and needs no program. */
  readonly pointless?: true;
  /** Rows in one transaction. */
  readonly chunk: number;
  /** The columns that such a file may have, by the tenant's own definitions. */
  fields(tx: ReadTx<TenantContext>): Promise<readonly FileField[]>;
  /** Reads one row, the first of whose lines is `line`. @throws BadCell */
  read(cells: FieldCells, reading: Reading, line: number): Row;
  /** What names a row, for the record of one that was rejected. */
  keyOf(cells: FieldCells): string;
  /** Does what the rows say, each with a verdict of its own. */
  post(tx: WriteTx<TenantContext>, rows: readonly Row[], reading: Reading): Promise<RowVerdict[]>;
  /** Takes a file of this kind that was dropped, for a kind that keeps a record of its own; answers why not, when it does not. */
  take?(tx: WriteTx<TenantContext>, file: NewFile): Promise<RefusedFile | undefined>;
  /**
   * Told of each step that a file of this kind takes, in the transaction of the step: how the file stands then, and what became of the rows
   * of that step. Trial runs are not told of.
   */
  follow?(tx: WriteTx<TenantContext>, file: FileRow, rows: readonly FollowedRow[]): Promise<void>;
}

/** A row of a step, with what became of it. */
export interface FollowedRow {
  readonly line: number;
  readonly verdict: RowVerdict;
}

/** A row that moves no points. */
export const rowOf = (status: 'accepted' | 'duplicate', key: string, memberId: string): RowVerdict => ({
  key,
  status,
  units: 0n,
  transactionId: null,
  memberId,
});

/** A rejected row. */
export const rejectedRow = (key: string | null, code: string, reason: string, field?: string): RowVerdict => ({
  key,
  status: 'rejected',
  units: 0n,
  transactionId: null,
  memberId: null,
  code,
  reason,
  ...(field !== undefined && { field }),
});

/** Tells a kind of a step of a file. */
export async function followed(tx: WriteTx<TenantContext>, kind: RowKind, file: FileRow, rows: readonly FollowedRow[]): Promise<void> {
  if (!file.validateOnly) await kind.follow?.(tx, file, rows);
}
