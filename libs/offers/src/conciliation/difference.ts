import type { MatchState } from './match-settlement.operation.js';

export const DIFFERENCE_KINDS = ['missing_in_file', 'missing_in_ledger', 'amount_differs', 'duplicate'] as const;
export type DifferenceKind = Exclude<MatchState, 'matched'>;

export const DIFFERENCE_STATES = ['open', 'assigned', 'resolved'] as const;
export type DifferenceState = (typeof DIFFERENCE_STATES)[number];

/** How staff may resolve a difference; `matched_later` is the match's own word for one that is no more. */
export const RESOLUTIONS = ['accepted', 'corrected', 'not_ours', 'written_off'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];
export const ALL_RESOLUTIONS = [...RESOLUTIONS, 'matched_later'] as const;

/** Where settlement file, card transactions and ledger say different things; amounts in minor units. */
export interface Difference {
  readonly id: string;
  readonly windowId: string;
  readonly kind: DifferenceKind;
  readonly source: string;
  readonly type: string;
  readonly reference: string;
  readonly part: number;
  readonly toldCurrency: string | null;
  readonly toldAmount: string | null;
  readonly fileId: string | null;
  readonly fileLine: number | null;
  readonly fileCurrency: string | null;
  readonly fileAmount: string | null;
  readonly state: DifferenceState;
  readonly ownerId: string | null;
  readonly note: string | null;
  readonly resolution: (typeof ALL_RESOLUTIONS)[number] | null;
  readonly foundAt: Date;
  /** Whole days since it was found, to its resolution or until now. */
  readonly ageDays: number;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
}

/** The columns of a row of the table `d`, named as its fields are. */
export const DIFFERENCE_COLUMNS = `d.id, d.window_id as "windowId", d.kind, d.source, d.type, d.reference, d.part, d.told_currency as "toldCurrency",
  d.told_amount as "toldAmount", d.file_id as "fileId", d.file_line as "fileLine", d.file_currency as "fileCurrency", d.file_amount as "fileAmount",
  d.state, d.owner_id as "ownerId", d.note, d.resolution, d.found_at as "foundAt",
  floor(extract(epoch from coalesce(d.resolved_at, tenant_now()) - d.found_at) / 86400)::int as "ageDays",
  d.resolved_at as "resolvedAt", d.resolved_by as "resolvedBy"`;
