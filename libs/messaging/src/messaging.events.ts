import { defineEvent } from '@tallystick/platform';

/** What is told when deliveries to an endpoint have stopped without the tenant asking for it. */
export interface WebhookEndpointDisabledData {
  readonly endpoint_id: string;
  readonly url: string;
  /** `gone`: the receiver answered 410. `failing`: nothing was delivered for five days. */
  readonly reason: 'gone' | 'failing';
}

/** Deliveries to an endpoint have stopped: told to the tenant's other endpoints (WHK-04, WHK-05). */
export const WebhookEndpointDisabled = defineEvent<WebhookEndpointDisabledData>({
  name: 'webhook_endpoint.disabled',
  summary: 'A webhook endpoint was disabled because its receiver is gone or has failed for days',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['endpoint_id', 'url', 'reason'],
    properties: {
      endpoint_id: { type: 'string', format: 'uuid' },
      url: { type: 'string', format: 'uri', maxLength: 2048 },
      reason: { type: 'string', enum: ['gone', 'failing'] },
    },
  },
});
