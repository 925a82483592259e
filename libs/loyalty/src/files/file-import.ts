import { Points } from '@tallystick/kernel';
import type { FileFormat, RowType } from './file-format.policy.js';

export const FILE_STATUSES = ['received', 'processing', 'completed', 'refused', 'cancelled', 'ignored'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

/** The columns of a file, under the names of `FileRow`. `bigint` columns come as text. */
export const FILE_COLUMNS = `id, type, name, origin, drop_id as "dropId", size, sha256, validate_only as "validateOnly", program_id as "programId",
  format, status, code, reason, rows_total as "rowsTotal", rows_done as "rowsDone", accepted, duplicates, rejected, points, scale,
  byte_offset as "byteOffset", line, result_bytes as "resultBytes", rejected_bytes as "rejectedBytes", created_by as "createdBy",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt", removed_at as "removedAt",
  sealed_key as "sealedKey"`;

/** A file as it is stored. */
export interface FileRow {
  readonly id: string;
  /** Null for a file that lay in a folder without a meaning. */
  readonly type: RowType | null;
  readonly name: string;
  readonly origin: 'upload' | 'sftp';
  readonly dropId: string | null;
  readonly size: string;
  readonly sha256: string | null;
  readonly validateOnly: boolean;
  readonly programId: string | null;
  readonly format: FileFormat;
  readonly status: FileStatus;
  readonly code: string | null;
  readonly reason: string | null;
  readonly rowsTotal: number | null;
  readonly rowsDone: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly points: string;
  readonly scale: number | null;
  readonly byteOffset: string;
  readonly line: number;
  readonly resultBytes: string;
  readonly rejectedBytes: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly removedAt: Date | null;
  /** Opens its bytes; null for a file from before there were keys, which lies as it came, and for one of which nothing lies any more. */
  readonly sealedKey: string | null;
}

/** A file whose rows are known: it is being worked off, or was. */
export type CountedFile = FileRow & { readonly type: RowType; readonly rowsTotal: number };

/** The largest file that is taken, in bytes: some millions of rows. */
export const LARGEST_FILE = 512 * 1024 * 1024;

/** Days for which results and rejected rows are kept after a file was worked off (FIL-05). */
export const KEPT_DAYS = 30;

/** What a file's accepted rows moved. */
export const pointsOf = ({ points, scale }: Pick<FileRow, 'points' | 'scale'>): number => Points.of(BigInt(points), scale ?? 0).toNumber();
