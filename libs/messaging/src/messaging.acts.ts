import { defineAct } from '@tallystick/platform';

export const WebhookEndpointCreated = defineAct({ name: 'webhook_endpoint.created', description: 'A webhook endpoint was registered' });
export const WebhookEndpointUpdated = defineAct({ name: 'webhook_endpoint.updated', description: 'A webhook endpoint was changed' });
export const WebhookEndpointRemoved = defineAct({ name: 'webhook_endpoint.removed', description: 'A webhook endpoint was removed' });
export const WebhookEndpointStopped = defineAct({
  name: 'webhook_endpoint.stopped',
  description: 'A webhook endpoint was disabled because its receiver said that it is gone, or has failed for days',
});
export const WebhookSecretRotated = defineAct({
  name: 'webhook_endpoint.secret_rotated',
  description: 'A webhook endpoint was given a new signing secret',
});
export const PreviousWebhookSecretRemoved = defineAct({
  name: 'webhook_endpoint.previous_secret_removed',
  description: 'The former signing secret of a webhook endpoint was ended before its time',
});
export const WebhookEndpointTested = defineAct({
  name: 'webhook_endpoint.tested',
  description: 'A webhook endpoint was sent a test event',
});
export const WebhookDeliveryReplayed = defineAct({
  name: 'webhook_delivery.replayed',
  description: 'An event was told to a webhook endpoint once more',
});
export const WebhookReplayStarted = defineAct({
  name: 'webhook_replay.started',
  description: 'The events of a span of time are told to a webhook endpoint once more',
});
