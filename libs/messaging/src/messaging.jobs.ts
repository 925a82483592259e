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
