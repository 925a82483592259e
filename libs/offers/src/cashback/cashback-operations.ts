import { CashbackTurns } from './cashback-turns.js';
import { DecideMatch } from './decide-match.operation.js';
import { FindCardBatch } from './find-card-batch.query.js';
import { FindCardTransactions } from './find-card-transactions.query.js';
import { FindCashbackBalances } from './find-cashback-balances.query.js';
import { KeepCashbook } from './keep-cashbook.operation.js';
import { MarkRewards } from './mark-rewards.operation.js';
import { PostCardTransactions } from './post-card-transactions.operation.js';
import { PostMoves } from './post-moves.operation.js';
import { ReviewUnknownCards } from './review-unknown-cards.operation.js';
import { ReviewWaitingCards } from './review-waiting-cards.operation.js';
import { SucceedCashback } from './succeed-cashback.operation.js';

/** What the room of card transactions provides. */
export const CASHBACK_OPERATIONS = [
  CashbackTurns,
  DecideMatch,
  FindCardBatch,
  FindCardTransactions,
  FindCashbackBalances,
  KeepCashbook,
  MarkRewards,
  PostCardTransactions,
  PostMoves,
  ReviewUnknownCards,
  ReviewWaitingCards,
  SucceedCashback,
];
