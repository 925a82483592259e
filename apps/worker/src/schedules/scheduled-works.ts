import type { Type } from '@nestjs/common';
import { ConfirmDispersions } from './confirm-dispersions.schedule.js';
import { CloseDueWindows } from './close-windows.schedule.js';
import { EraseDueAccounts } from './erase-accounts.schedule.js';
import { EraseDueMembers } from './erase-members.schedule.js';
import { ExpireDuePoints } from './expire-points.schedule.js';
import { LearnFromPurchases } from './learn-merchants.schedule.js';
import { PollFileDrops } from './poll-file-drops.schedule.js';
import { MoveSandboxClocks } from './move-sandbox-clocks.schedule.js';
import { ReconcileLedgers } from './reconcile-ledger.schedule.js';
import { RemoveEndedSessions } from './remove-ended-sessions.schedule.js';
import { RemoveOldFilesWork } from './remove-old-files.schedule.js';
import { RemoveOldRows } from './remove-old-rows.schedule.js';
import { RequeueLostJobs } from './requeue-lost-jobs.schedule.js';
import { RetryWaitingRefunds } from './retry-parked-refunds.schedule.js';
import { ReviewCards } from './review-waiting-cards.schedule.js';
import { RefreshSegments } from './refresh-segments.schedule.js';
import { ReviewDueTiers } from './review-tiers.schedule.js';
import type { ScheduledWork } from './schedule.js';
import { SealLedgers } from './seal-ledger.schedule.js';
import { VerifyAuditTrails } from './verify-audit.schedule.js';
import { VerifyClosedWindows } from './verify-windows.schedule.js';
import { WakeDueEndpoints } from './wake-due-endpoints.schedule.js';

/** Everything that is done by the clock. */
export const scheduledWorks: Type<ScheduledWork>[] = [
  CloseDueWindows,
  ConfirmDispersions,
  EraseDueAccounts,
  EraseDueMembers,
  ExpireDuePoints,
  LearnFromPurchases,
  PollFileDrops,
  MoveSandboxClocks,
  ReconcileLedgers,
  RemoveEndedSessions,
  RemoveOldFilesWork,
  RemoveOldRows,
  RequeueLostJobs,
  RetryWaitingRefunds,
  ReviewCards,
  RefreshSegments,
  ReviewDueTiers,
  SealLedgers,
  VerifyAuditTrails,
  VerifyClosedWindows,
  WakeDueEndpoints,
];
