import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import type { FileField } from './file-header.policy.js';
import type { FileFormat, RowType } from './file-format.policy.js';

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
  /** Reads one row. @throws BadCell */
  read(cells: FieldCells, reading: Reading): Row;
  /** What names a row, for the record of one that was rejected. */
  keyOf(cells: FieldCells): string;
  /** Does what the rows say, each with a verdict of its own. */
  post(tx: WriteTx<TenantContext>, rows: readonly Row[], reading: Reading): Promise<RowVerdict[]>;
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
