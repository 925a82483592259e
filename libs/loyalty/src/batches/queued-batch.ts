import type { EarnFact, RefundFact } from '../points/points-fact.js';

/** A fact that a batch in the queue may hold. */
export type QueuedFact = EarnFact | RefundFact;

/** One line of a batch for the queue: a fact, or why it is none. */
export type NewLine = {
  /** Names the line to its caller. */
  readonly requestId: string;
  /** The caller's own key of a retry, if it gave one; used before with other content, the line is refused. */
  readonly clientKey?: string;
  /** Of the line as it was sent. */
  readonly fingerprint: string;
} & ({ readonly fact: QueuedFact } | { readonly code: string; readonly reason: string });

/** `replayed` was counted before; `parked` is a refund that waits for its purchase. */
export type LineStatus = 'pending' | 'posted' | 'replayed' | 'parked' | 'refused';

/** What has become of a line. */
export interface QueuedLine {
  readonly requestId: string;
  readonly status: LineStatus;
  /** The points of its transaction: below 0 for a refund. */
  readonly points: number;
  /** How much of them cannot be spent: what is not available yet, or reserved by holds. */
  readonly heldBack: 'none' | 'part' | 'all';
  readonly transactionId: string | null;
  readonly code: string | null;
  readonly reason: string | null;
}

/** What makes a fact of a row: JSON has no dates. */
export const readFact = (fact: QueuedFact & { occurredAt?: string | Date }): QueuedFact => ({
  ...fact,
  ...(fact.occurredAt !== undefined && { occurredAt: new Date(fact.occurredAt) }),
});
