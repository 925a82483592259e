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

/** What is told when somebody tries an endpoint. */
export interface WebhookTestedData {
  readonly endpoint_id: string;
  readonly message: string;
}

/** Somebody tries an endpoint: told to that one alone, whatever events it chose (WHK-11). */
export const WebhookTested = defineEvent<WebhookTestedData>({
  name: 'webhook.test',
  summary: 'Somebody tries an endpoint; sent by request to that one alone, whatever events it chose',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['endpoint_id', 'message'],
    properties: { endpoint_id: { type: 'string', format: 'uuid' }, message: { type: 'string', maxLength: 200 } },
  },
  example: { endpoint_id: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d', message: 'This is a test. Nothing happened.' },
});
