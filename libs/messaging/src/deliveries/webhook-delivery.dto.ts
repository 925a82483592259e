import { Choice, FreeForm, Integer, ListOf, Moment, Text, Uuid } from '@tallystick/platform';
import { DELIVERY_STATUSES, type DeliveryDetail, type WebhookDelivery } from './webhook-deliveries.query.js';

const STATUS = {
  description:
    '`pending` waits for its first try, `failed` for another one, `exhausted` was tried often enough, `canceled` was not done when its endpoint was removed.',
  example: 'delivered',
};
const MOST_TRIES = 32_767;
const HTTP_STATUS = { min: 0, max: 999, nullable: true, description: 'HTTP status of the answer; null when there was none.', example: 204 };
const ERROR = { max: 500, nullable: true, description: 'Why there was no answer, or why it does not count.', example: null };

/** One event for one endpoint. */
export class WebhookDeliveryDto {
  @Uuid()
  id: string;

  @Uuid()
  endpoint_id: string;

  @Uuid({ description: 'Also the `webhook-id` that the receiver sees, the same for every try.' })
  event_id: string;

  @Text({ example: 'points.earned' })
  event_type: string;

  @Choice(DELIVERY_STATUSES, STATUS)
  status: string;

  @Integer({ min: 0, max: MOST_TRIES, description: 'Tries so far.', example: 1 })
  attempts: number;

  @Moment({ nullable: true, description: 'When it is tried next; null when it is over.' })
  next_attempt_at: string | null;

  @Integer(HTTP_STATUS)
  last_status: number | null;

  @Text(ERROR)
  last_error: string | null;

  @Moment({ nullable: true })
  delivered_at: string | null;

  @Moment({ description: 'When the event happened.' })
  created_at: string;

  static from(delivery: WebhookDelivery): WebhookDeliveryDto {
    const { id, endpointId, eventId, eventName, status, attempts, nextAttemptAt, lastStatus, lastError, deliveredAt, createdAt } = delivery;
    return {
      id,
      endpoint_id: endpointId,
      event_id: eventId,
      event_type: eventName,
      status,
      attempts,
      next_attempt_at: nextAttemptAt?.toISOString() ?? null,
      last_status: lastStatus,
      last_error: lastError,
      delivered_at: deliveredAt?.toISOString() ?? null,
      created_at: createdAt.toISOString(),
    };
  }
}

class DeliveryTryDto {
  @Integer({ min: 1, max: MOST_TRIES, example: 1 })
  number: number;

  @Moment()
  attempted_at: string;

  @Integer({ min: 0, max: 2_147_483_647, example: 84 })
  duration_ms: number;

  @Text({ max: 2_048, nullable: true, description: 'What was called.', example: 'https://hooks.example.com/tallystick' })
  request_url: string | null;

  @FreeForm({
    nullable: true,
    description: 'The headers that were sent, but for the signatures.',
    example: {
      'content-type': 'application/json',
      'webhook-id': '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d',
      'webhook-timestamp': '1774981799',
    },
  })
  request_headers: Readonly<Record<string, string>> | null;

  @Integer(HTTP_STATUS)
  response_status: number | null;

  @Text({ min: 0, max: 2_048, nullable: true, description: 'The first 2 kB of the answer.', example: 'ok' })
  response_text: string | null;

  @Text(ERROR)
  error: string | null;
}

/** A delivery with what is sent, and its tries, first to last. */
export class WebhookDeliveryDetailDto extends WebhookDeliveryDto {
  @Text({
    max: 16_777_216,
    nullable: true,
    description: 'The body, byte for byte the same at every try; null once the event is no longer kept.',
    example: '{"type":"points.earned","timestamp":"2026-03-31T18:29:59.123Z","sequence":1774981799123456,"data":{}}',
  })
  request_body: string | null;

  @ListOf(() => DeliveryTryDto, { max: 1_000, description: 'The last thousand.' })
  tries: DeliveryTryDto[];

  static override from(delivery: DeliveryDetail): WebhookDeliveryDetailDto {
    const tries = delivery.tries.map((attempt) => ({
      number: attempt.number,
      attempted_at: attempt.attemptedAt.toISOString(),
      duration_ms: attempt.durationMs,
      request_url: attempt.requestUrl,
      request_headers: attempt.requestHeaders,
      response_status: attempt.responseStatus,
      response_text: attempt.responseText,
      error: attempt.error,
    }));
    return { ...WebhookDeliveryDto.from(delivery), request_body: delivery.body, tries };
  }
}
