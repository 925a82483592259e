import { Choice, Currency, CursorQuery, Flag, Integer, ListOf, Moment, MoneyText, Text, Uuid } from '@tallystick/platform';
import { WINDOW_ID } from './calendar.policy.js';
import {
  ALL_RESOLUTIONS,
  DIFFERENCE_KINDS,
  DIFFERENCE_STATES,
  RESOLUTIONS,
  type Difference,
  type DifferenceKind,
  type DifferenceState,
  type Resolution,
} from './difference.js';
import { MATCH_STATES, type MatchInput, type MatchTotal } from './match-settlement.operation.js';
import { ROW_STATUSES, SETTLEMENT_STATUSES, type RowStatus, type SettlementFile, type SettlementRow } from './settlement-file.js';
import { decimal } from './window.js';

const MOST = 2_147_483_647;
const WINDOW = { max: 21, pattern: WINDOW_ID, hint: 'Must be the id of a window.', example: 'W-2025-46-4f6f0a01' };

export class SettlementFilesQuery extends CursorQuery {
  @Text({ ...WINDOW, optional: true })
  window_id?: string;
}

export class SettlementRowsQuery extends CursorQuery {
  @Choice(ROW_STATUSES, { optional: true })
  status?: RowStatus;
}

export class DifferencesQuery extends CursorQuery {
  @Choice(DIFFERENCE_STATES, { optional: true })
  state?: DifferenceState;

  @Choice(DIFFERENCE_KINDS, { optional: true })
  kind?: DifferenceKind;

  @Text({ ...WINDOW, optional: true })
  window_id?: string;

  @Uuid({ optional: true })
  owner_id?: string;
}

/** A settlement file and how far it has been read. */
export class SettlementFileDto {
  @Uuid()
  id: string;

  @Text(WINDOW)
  window_id: string;

  @Text({ max: 50, description: 'Whose ids its references are.', example: 'cards' })
  source: string;

  @Text({ example: 'settlement-2025-46.csv' })
  name: string;

  @Choice(SETTLEMENT_STATUSES, {
    description: '`refused`: no row was looked at, `code` says why. `cancelled`: the rows read until then count.',
    example: 'completed',
  })
  status: string;

  @Text({ nullable: true, max: 50, example: null })
  code: string | null;

  @Text({ nullable: true, max: 2_000, example: null })
  reason: string | null;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Bytes.', example: 10_240 })
  size: number;

  @Text({ max: 64, description: 'SHA-256 of the bytes, in hexadecimal.', example: 'a'.repeat(64) })
  sha256: string;

  @Integer({ min: 0, max: MOST, nullable: true, example: 120 })
  rows_total: number | null;

  @Integer({ min: 0, max: MOST, example: 120 })
  rows_done: number;

  @Integer({ min: 0, max: MOST, example: 117 })
  accepted: number;

  @Integer({ min: 0, max: MOST, description: 'Rows of what a row before has named, in whichever file.', example: 2 })
  duplicates: number;

  @Integer({ min: 0, max: MOST, example: 1 })
  rejected: number;

  @Moment()
  created_at: string;

  @Moment({ nullable: true })
  finished_at: string | null;

  static from(file: SettlementFile): SettlementFileDto {
    return {
      id: file.id,
      window_id: file.windowId,
      source: file.source,
      name: file.name,
      status: file.status,
      code: file.code,
      reason: file.reason,
      size: Number(file.size),
      sha256: file.sha256,
      rows_total: file.rowsTotal,
      rows_done: file.rowsDone,
      accepted: file.accepted,
      duplicates: file.duplicates,
      rejected: file.rejected,
      created_at: file.createdAt.toISOString(),
      finished_at: file.finishedAt?.toISOString() ?? null,
    };
  }
}

/** A row of a settlement file, and what became of it. */
export class SettlementRowDto {
  @Integer({ min: 1, max: MOST, example: 2 })
  line: number;

  @Choice(ROW_STATUSES, { example: 'accepted' })
  status: string;

  @Text({ max: 10, nullable: true, example: 'purchase' })
  type: string | null;

  @Text({ max: 50, nullable: true, description: 'Whose id the reference is.', example: 'cards' })
  source: string | null;

  @Text({ max: 200, nullable: true, example: 'FI-TXN-0001' })
  reference: string | null;

  @Integer({ min: 1, max: 999, nullable: true, example: 1 })
  part: number | null;

  @Currency({ nullable: true })
  currency: string | null;

  @MoneyText({ nullable: true, example: '250.50' })
  amount: string | null;

  @Moment({ nullable: true })
  settled_at: string | null;

  @Text({ max: 50, nullable: true, example: null })
  code: string | null;

  @Text({ max: 50, nullable: true, description: 'The column that the reason is about.', example: null })
  column: string | null;

  @Text({ nullable: true, example: null })
  reason: string | null;

  static from(row: SettlementRow): SettlementRowDto {
    return {
      line: row.line,
      status: row.status,
      type: row.type,
      source: row.source,
      reference: row.reference,
      part: row.part,
      currency: row.currency,
      amount: row.amount && decimal(row.amount, row.currency!),
      settled_at: row.settledAt?.toISOString() ?? null,
      code: row.code,
      column: row.field,
      reason: row.reason,
    };
  }
}

/** What went into a match, by currency. */
export class MatchInputDto implements MatchInput {
  @Currency()
  currency: string;

  @Integer({ min: 0, max: MOST, description: 'Card transactions that settled in the window, as institutions told them.', example: 120 })
  told_count: number;

  @MoneyText({ example: '24000.00' })
  told_amount: string;

  @Integer({ min: 0, max: MOST, description: 'Rows of its settlement files.', example: 119 })
  file_count: number;

  @MoneyText({ example: '23800.00' })
  file_amount: string;
}

/** What is in a state, by currency. */
export class MatchTotalDto extends MatchInputDto implements MatchTotal {
  @Choice(MATCH_STATES, { example: 'matched' })
  state: MatchTotal['state'];
}

/** What the last three-way match of a window came to. */
export class SettlementMatchDto {
  @Text(WINDOW)
  window_id: string;

  @Flag({ description: 'Whether the sum of all states is the sum of what went in.', example: true })
  balanced: boolean;

  @ListOf(() => MatchTotalDto, { max: 1_000 })
  totals: readonly MatchTotal[];

  @ListOf(() => MatchInputDto, { max: 1_000 })
  inputs: readonly MatchInput[];

  @Moment()
  matched_at: string;
}

/** Where settlement file, card transactions and ledger say different things. */
export class DifferenceDto {
  @Uuid()
  id: string;

  @Text(WINDOW)
  window_id: string;

  @Choice(DIFFERENCE_KINDS, { example: 'amount_differs' })
  kind: string;

  @Text({ max: 50, example: 'cards' })
  source: string;

  @Choice(['purchase', 'refund', 'reversal'], { example: 'purchase' })
  type: string;

  @Text({ max: 200, example: 'FI-TXN-0001' })
  reference: string;

  @Integer({ min: 1, max: 999, example: 1 })
  part: number;

  @Currency({ nullable: true })
  told_currency: string | null;

  @MoneyText({ nullable: true, description: 'As the institution told it.', example: '250.50' })
  told_amount: string | null;

  @Uuid({ nullable: true })
  file_id: string | null;

  @Integer({ min: 1, max: MOST, nullable: true, example: 17 })
  file_line: number | null;

  @Currency({ nullable: true })
  file_currency: string | null;

  @MoneyText({ nullable: true, description: 'As the settlement file says.', example: '255.50' })
  file_amount: string | null;

  @Choice(DIFFERENCE_STATES, { example: 'open' })
  state: string;

  @Uuid({ nullable: true, description: 'The person who looks into it.' })
  owner_id: string | null;

  @Text({ max: 2_000, nullable: true, example: null })
  note: string | null;

  @Choice(ALL_RESOLUTIONS, { nullable: true, description: '`matched_later`: it was gone at a later match.', example: null })
  resolution: string | null;

  @Moment()
  found_at: string;

  @Integer({ min: 0, max: MOST, description: 'Whole days from when it was found to its resolution, or until now.', example: 3 })
  age_days: number;

  @Moment({ nullable: true })
  resolved_at: string | null;

  @Text({ nullable: true, example: null })
  resolved_by: string | null;

  static from(difference: Difference): DifferenceDto {
    const { toldAmount, toldCurrency, fileAmount, fileCurrency } = difference;
    return {
      id: difference.id,
      window_id: difference.windowId,
      kind: difference.kind,
      source: difference.source,
      type: difference.type,
      reference: difference.reference,
      part: difference.part,
      told_currency: toldCurrency,
      told_amount: toldAmount && decimal(toldAmount, toldCurrency!),
      file_id: difference.fileId,
      file_line: difference.fileLine,
      file_currency: fileCurrency,
      file_amount: fileAmount && decimal(fileAmount, fileCurrency!),
      state: difference.state,
      owner_id: difference.ownerId,
      note: difference.note,
      resolution: difference.resolution,
      found_at: difference.foundAt.toISOString(),
      age_days: difference.ageDays,
      resolved_at: difference.resolvedAt?.toISOString() ?? null,
      resolved_by: difference.resolvedBy,
    };
  }
}

/** What is to be otherwise about a difference. */
export class ChangeDifferenceDto {
  @Uuid({ optional: true, nullable: true, description: 'Who looks into it; null for nobody.' })
  owner_id?: string | null;

  @Choice(['open', 'resolved'], { optional: true, description: '`open` opens a resolved one again.', example: 'resolved' })
  state?: 'open' | 'resolved';

  @Choice(RESOLUTIONS, { optional: true, description: 'Needed to resolve it.', example: 'accepted' })
  resolution?: Resolution;

  @Text({ optional: true, nullable: true, max: 2_000, description: 'Needed to resolve it.', example: 'A tip that was added later.' })
  note?: string | null;
}
