import { defineJob } from '@tallystick/platform';

/** Ends the deliveries that an endpoint leaves behind when it is removed. */
export const cancelDeliveries = defineJob<{ endpoint_id: string }>({
  name: 'cancel-deliveries',
  summary: 'Cancels what was still to be delivered to a removed webhook endpoint',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['endpoint_id'],
    properties: { endpoint_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 10,
  dedupe: ({ endpoint_id }) => endpoint_id,
});

/** Makes the events of a span of time due once more for an endpoint. */
export const replayWebhooks = defineJob<{ replay_id: string }>({
  name: 'replay-webhooks',
  summary: 'Makes the events of a span of time due once more for a webhook endpoint',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['replay_id'],
    properties: { replay_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 10,
});

/** Tells the admins of a tenant by mail that deliveries to an endpoint have stopped. */
export const tellEndpointDisabled = defineJob<{ endpoint_id: string }>({
  name: 'tell-endpoint-disabled',
  summary: 'Tells the admins of a tenant by mail that a webhook endpoint was disabled',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['endpoint_id'],
    properties: { endpoint_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 10,
});
