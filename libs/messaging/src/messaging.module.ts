import { Module } from '@nestjs/common';
import { FindTenantAdmins } from '@tallystick/identity';
import { CancelDeliveries } from './deliveries/cancel-deliveries.operation.js';
import { DeliveredEvents } from './deliveries/delivered-events.query.js';
import { DueDeliveries } from './deliveries/due-deliveries.query.js';
import { FanOutEvents } from './deliveries/fan-out-events.operation.js';
import { LeaseEndpoint } from './deliveries/lease-endpoint.operation.js';
import { RecordAttempts } from './deliveries/record-attempts.operation.js';
import { RemoveOldEvents } from './deliveries/remove-old-events.operation.js';
import { WaitingEndpoints } from './deliveries/waiting-endpoints.query.js';
import { WebhookDeliveries } from './deliveries/webhook-deliveries.query.js';
import { CallableUrls } from './endpoints/callable-urls.js';
import { CreateWebhookEndpoint } from './endpoints/create-webhook-endpoint.operation.js';
import { RemovePreviousWebhookSecret } from './endpoints/remove-previous-webhook-secret.operation.js';
import { RemoveWebhookEndpoint } from './endpoints/remove-webhook-endpoint.operation.js';
import { RotateWebhookSecret } from './endpoints/rotate-webhook-secret.operation.js';
import { SaveCallback } from './endpoints/save-callback.operation.js';
import { TellEndpointDisabled } from './endpoints/tell-endpoint-disabled.operation.js';
import { TestWebhookEndpoint } from './endpoints/test-webhook-endpoint.operation.js';
import { UpdateWebhookEndpoint } from './endpoints/update-webhook-endpoint.operation.js';
import { WebhookEndpoints } from './endpoints/webhook-endpoints.query.js';
import { ReplayDelivery } from './replays/replay-delivery.operation.js';
import { ReplayWebhooks } from './replays/replay-webhooks.js';
import { StartWebhookReplay } from './replays/start-webhook-replay.operation.js';
import { WebhookReplays } from './replays/webhook-replays.query.js';

const providers = [
  CallableUrls, CreateWebhookEndpoint, UpdateWebhookEndpoint, RemoveWebhookEndpoint, WebhookEndpoints,
  TestWebhookEndpoint, TellEndpointDisabled, FindTenantAdmins,
  ReplayDelivery, StartWebhookReplay, ReplayWebhooks, WebhookReplays,
  RotateWebhookSecret, RemovePreviousWebhookSecret, SaveCallback,
  FanOutEvents, LeaseEndpoint, DeliveredEvents, DueDeliveries, RecordAttempts, CancelDeliveries, RemoveOldEvents, WaitingEndpoints, WebhookDeliveries,
]; // prettier-ignore

/** Webhook endpoints and deliveries. */
@Module({ providers, exports: providers })
export class MessagingModule {}
