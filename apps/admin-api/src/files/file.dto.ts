import { FILE_STATUSES, ROW_TYPES, pointsOf, REFUSAL_CODES, type FileRow, type FileStatus, type RowType } from '@tallystick/loyalty';
import { Choice, CursorQuery, Flag, Integer, Moment, PointsValue, Text, Uuid } from '@tallystick/platform';

const MOST_ROWS = 2_147_483_647;

export class FilesQuery extends CursorQuery {
  @Choice(ROW_TYPES, { optional: true })
  type?: RowType;

  @Choice(FILE_STATUSES, { optional: true })
  status?: FileStatus;

  @Uuid({ optional: true, description: 'Only what came by this drop.' })
  file_drop_id?: string;
}

/** A file of rows and how far it has been worked off. */
export class FileDto {
  @Uuid()
  id: string;

  @Choice(ROW_TYPES, {
    nullable: true,
    description:
      'Purchases and refunds, profiles of members, stated points, cards and accounts, merchants, venues, offers, what card transactions did settle; null for a file that lay in a folder without a meaning.',
    example: 'TXN',
  })
  type: string | null;

  @Text({ example: 'purchases-2026-11-22.csv' })
  name: string;

  @Choice(['upload', 'sftp'], { example: 'upload' })
  origin: string;

  @Uuid({ nullable: true, description: 'The drop that it came by.' })
  file_drop_id: string | null;

  @Choice(FILE_STATUSES, {
    description:
      '`received` waits for its turn. `refused`: no row was looked at, `code` says why. `cancelled`: the rows done until then count. `ignored`: it lay in a folder without a meaning.',
    example: 'processing',
  })
  status: string;

  @Choice(REFUSAL_CODES, { nullable: true, description: 'Why the file was refused as a whole.', example: null })
  code: string | null;

  @Text({ nullable: true, max: 2_000, example: null })
  reason: string | null;

  @Flag({ description: 'A trial run: nothing of it counts.', example: false })
  validate_only: boolean;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Bytes.', example: 1_048_576 })
  size: number;

  @Text({ nullable: true, max: 64, description: 'SHA-256 of the bytes, in hexadecimal.', example: 'a'.repeat(64) })
  sha256: string | null;

  @Integer({ min: 0, max: MOST_ROWS, nullable: true, description: 'Rows of the file; null until they were counted.', example: 20_000 })
  rows_total: number | null;

  @Integer({ min: 0, max: MOST_ROWS, description: 'Rows done so far.', example: 8_000 })
  rows_done: number;

  @Integer({ min: 0, max: MOST_ROWS, example: 7_990 })
  accepted: number;

  @Integer({ min: 0, max: MOST_ROWS, description: 'Counted before, by the API or another file.', example: 7 })
  duplicates: number;

  @Integer({ min: 0, max: MOST_ROWS, example: 3 })
  rejected: number;

  @PointsValue({ description: 'What the accepted rows moved, all together.', example: 120_450 })
  points: number;

  @Moment()
  created_at: string;

  @Moment({ nullable: true })
  started_at: string | null;

  @Moment({ nullable: true })
  finished_at: string | null;

  static from(file: FileRow): FileDto {
    return {
      id: file.id,
      type: file.type,
      name: file.name,
      origin: file.origin,
      file_drop_id: file.dropId,
      status: file.status,
      code: file.code,
      reason: file.reason,
      validate_only: file.validateOnly,
      size: Number(file.size),
      sha256: file.sha256,
      rows_total: file.rowsTotal,
      rows_done: file.rowsDone,
      accepted: file.accepted,
      duplicates: file.duplicates,
      rejected: file.rejected,
      points: pointsOf(file),
      created_at: file.createdAt.toISOString(),
      started_at: file.startedAt?.toISOString() ?? null,
      finished_at: file.finishedAt?.toISOString() ?? null,
    };
  }
}
