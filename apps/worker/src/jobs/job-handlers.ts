import type { Type } from '@nestjs/common';
import type { AnyJobHandler } from './job-handler.js';
import { CancelDeliveriesJob } from './cancel-deliveries.job.js';
import { DisperseWindowsJob } from './disperse-windows.job.js';
import { ForgetErasedJob } from './forget-erased.job.js';
import { PollFileDropJob } from './poll-file-drop.job.js';
import { PostQueuedBatchJob } from './post-queued-batch.job.js';
import { ProcessFilesJob } from './process-files.job.js';
import { RefreshSegmentJob } from './refresh-segment.job.js';
import { ReplayRuleJob } from './replay-rule.job.js';
import { ReplayWebhooksJob } from './replay-webhooks.job.js';
import { ReviewTiersJob } from './review-tiers.job.js';
import { SendMailJob } from './send-mail.job.js';
import { TellEndpointDisabledJob } from './tell-endpoint-disabled.job.js';

/** Every handler: a declared job that is missing here keeps the worker from starting. */
export const jobHandlers: Type<AnyJobHandler>[] = [
  CancelDeliveriesJob,
  DisperseWindowsJob,
  ForgetErasedJob,
  PollFileDropJob,
  PostQueuedBatchJob,
  ProcessFilesJob,
  RefreshSegmentJob,
  ReplayRuleJob,
  ReplayWebhooksJob,
  ReviewTiersJob,
  SendMailJob,
  TellEndpointDisabledJob,
];
