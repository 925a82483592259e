import { REASONS, type CardReason, type CardType, type CardVerdict } from './card-transaction.js';
import {
  showConciliation,
  showOffer,
  shownMoney,
  type Conciliation,
  type CardLineRow,
  type ShownMoney,
  type ShownOffer,
} from './card-transaction.view.js';

/** What became of one line, in its present state. */
export interface CardVerdictLine {
  /** As sent; null where that could not be read. */
  readonly id: string | null;
  readonly status: CardVerdict | 'duplicate';
  readonly reason: CardReason | null;
  readonly message: string | null;
  /** Ours; for a duplicate the one that was counted. */
  readonly transaction_id: string | null;
  readonly type: CardType | null;
  readonly member_id: string | null;
  readonly member_reference: string | null;
  readonly offer: ShownOffer | null;
  readonly cashback: ShownMoney | null;
  readonly charge: ShownMoney | null;
  /** The institution's part of the charge. */
  readonly commission: ShownMoney | null;
  readonly conciliation: Conciliation | null;
}

/** A batch of card transactions with what became of each line by now. */
export interface CardBatch {
  readonly request_id: string | number;
  readonly processed: number;
  readonly rewarded: number;
  readonly no_offer: number;
  readonly pending_match: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly items: readonly CardVerdictLine[];
}

/** What a batch keeps of a line: what is shown of it is read from the card transaction. */
export interface KeptLine {
  readonly id: string | null;
  readonly transaction?: string;
  readonly duplicate?: true;
  readonly reason?: CardReason;
  readonly message?: string;
}

/** A line with the card transaction that it tells, or without one. */
export function showLine(line: KeptLine, row: CardLineRow | undefined): CardVerdictLine {
  if (!row) {
    const reason = line.reason as CardReason;
    const nothing = { transaction_id: null, type: null, member_id: null, member_reference: null, offer: null, cashback: null };
    const message = line.message ?? REASONS[reason];
    return { id: line.id, status: 'rejected', reason, message, ...nothing, charge: null, commission: null, conciliation: null };
  }
  return {
    id: line.id,
    status: line.duplicate ? 'duplicate' : row.verdict,
    reason: row.reason,
    message: row.reason && REASONS[row.reason],
    transaction_id: row.id,
    type: row.type,
    member_id: row.member_id,
    member_reference: row.member_reference,
    offer: showOffer(row),
    cashback: shownMoney(row.cashback, row.currency),
    charge: shownMoney(row.charge, row.currency),
    commission: shownMoney(row.institution_part, row.currency),
    conciliation: showConciliation(row),
  };
}

/** Counts the verdicts. */
export function tallyCards(requestId: string | number, items: readonly CardVerdictLine[]): CardBatch {
  const counts = { rewarded: 0, no_offer: 0, pending_match: 0, duplicate: 0, rejected: 0 };
  for (const { status } of items) counts[status]++;
  const { duplicate, ...others } = counts;
  return { request_id: requestId, processed: items.length, ...others, duplicates: duplicate, items };
}
