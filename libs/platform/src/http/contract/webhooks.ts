import { exampleOfEvent } from '../../registry/event-examples.js';
import { eventCatalogue, type EventDefinition } from '../../registry/events.js';

/** The headers of a webhook, by Standard Webhooks 1.0. */
const HEADERS: Readonly<Record<string, { description: string; example: string }>> = {
  'webhook-id': {
    description: 'The same at every try and every replay: a receiver that has seen it has nothing to do.',
    example: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d',
  },
  'webhook-timestamp': { description: 'When this try was made, in seconds since 1970.', example: '1774981799' },
  'webhook-signature': {
    description:
      '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64, by the secret of the endpoint; two of them with a blank between while the ' +
      'secret is being changed.',
    example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  },
};

/** The section `webhooks` of an OpenAPI document: what is posted to the endpoints of tenants, by the name of the event. */
export const describeWebhooks = (): Record<string, object> =>
  Object.fromEntries(eventCatalogue().map((event) => [event.name, { post: describe(event) }]));

const describe = (event: EventDefinition): object => ({
  operationId: `on_${event.name.replaceAll('.', '_')}`,
  summary: event.summary,
  tags: ['Webhooks'],
  security: [],
  parameters: Object.entries(HEADERS).map(([name, { description, example }]) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string', maxLength: 255 },
    example,
  })),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['type', 'timestamp', 'data'],
          properties: {
            type: { const: event.name },
            timestamp: { type: 'string', format: 'date-time', description: 'When it happened.' },
            sequence: {
              type: 'integer',
              minimum: 0,
              description: 'Of two events about the same thing the later one has the larger number. Gaps mean nothing.',
            },
            data: event.schema,
          },
        },
        example: { type: event.name, timestamp: '2026-03-31T18:29:59.123Z', sequence: 1_774_981_799_123_456, data: exampleOfEvent(event) },
      },
    },
  },
  responses: {
    '2XX': { description: 'It was taken. Whatever else is answered, it is told again later.' },
    '410': { description: 'The receiver is gone for good: its endpoint is disabled.' },
  },
});
