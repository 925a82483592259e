import { Module } from '@nestjs/common';
import { LedgerModule } from '@tallystick/ledger';
import { CASH_OPERATIONS } from './cash/cash-operations.js';
import { COIN_OPERATIONS } from './coins/coin-operations.js';
import { DAY_OPERATIONS } from './days/day-operations.js';
import { ExpirePoints } from './points/expire-points.operation.js';
import { FILES_OPERATIONS } from './files/files-operations.js';
import { FindPointsBatch } from './batches/find-points-batch.query.js';
import { FindPrograms } from './programs/find-programs.query.js';
import { FindQueuedBatch } from './batches/find-queued-batch.query.js';
import { PostQueuedLines } from './batches/post-queued-lines.operation.js';
import { QueueBatch } from './batches/queue-batch.operation.js';
import { TransactionKeys } from './batches/transaction-keys.js';
import { LotsByQuarter } from './statements/lots-by-quarter.query.js';
import { MemberActivity } from './statements/member-activity.query.js';
import { MemberStanding } from './statements/member-standing.query.js';
import { PointsByCategory } from './statements/points-by-category.query.js';
import { FindPosting } from './points/find-posting.query.js';
import { FindTransactions } from './points/find-transactions.query.js';
import { MEMBER_OPERATIONS } from './members/member-operations.js';
import { FindParkedRefunds } from './points/find-parked-refunds.query.js';
import { ParkedRefunds } from './points/parked-refunds.js';
import { PostPoints } from './points/post-points.operation.js';
import { BatchTurns } from './batches/batch-turns.js';
import { PostPointsBatch } from './batches/post-points-batch.operation.js';
import { RetryParkedRefunds } from './points/retry-parked-refunds.operation.js';
import { SaveProgram } from './programs/save-program.operation.js';
import { ADJUSTMENT_OPERATIONS } from './adjustments/adjustment-operations.js';
import { TRANSACTION_OPERATIONS } from './transactions/transaction-operations.js';
import { WALLET_OPERATIONS } from './wallets/wallet-operations.js';
import { RULES_OPERATIONS } from './rules/rules-operations.js';
import { SEGMENT_OPERATIONS } from './segments/segment-operations.js';
import { TIER_OPERATIONS } from './tiers/tier-operations.js';

const ROOM = [
  ...CASH_OPERATIONS,
  ...ADJUSTMENT_OPERATIONS,
  ...COIN_OPERATIONS,
  ...DAY_OPERATIONS,
  ExpirePoints,
  ...FILES_OPERATIONS,
  FindParkedRefunds,
  FindPointsBatch,
  FindPrograms,
  FindQueuedBatch,
  FindPosting,
  LotsByQuarter,
  MemberActivity,
  MemberStanding,
  PointsByCategory,
  PostQueuedLines,
  QueueBatch,
  TransactionKeys,
  FindTransactions,
  ...MEMBER_OPERATIONS,
  ParkedRefunds,
  PostPoints,
  BatchTurns,
  PostPointsBatch,
  RetryParkedRefunds,
  SaveProgram,
  ...TRANSACTION_OPERATIONS,
  ...WALLET_OPERATIONS,
  ...RULES_OPERATIONS,
  ...SEGMENT_OPERATIONS,
  ...TIER_OPERATIONS,
];

/** Programs, members and what happens to their points. */
@Module({ imports: [LedgerModule], providers: ROOM, exports: ROOM })
export class LoyaltyModule {}
