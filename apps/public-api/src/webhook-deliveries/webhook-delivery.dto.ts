import { DELIVERY_STATUSES, type DeliveryAttempt, type WebhookDelivery } from '@tallystick/messaging';
import { Choice, Integer, ListOf, Moment, Text, Uuid } from '@tallystick/platform';

const STATUS = {
  description:
    '`pending` waits for its first try, `failed` for another one, `exhausted` was tried often enough, `canceled` was not done when its endpoint was removed.',
  example: 'delivered',
};
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

  @Integer({ min: 0, max: 1_000, description: 'Tries so far.', example: 1 })
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
  @Integer({ min: 1, max: 1_000, example: 1 })
  number: number;

  @Moment()
  attempted_at: string;

  @Integer({ min: 0, max: 2_147_483_647, example: 84 })
  duration_ms: number;

  @Integer(HTTP_STATUS)
  response_status: number | null;

  @Text({ min: 0, max: 2_048, nullable: true, description: 'The first 2 kB of the answer.', example: 'ok' })
  response_text: string | null;

  @Text(ERROR)
  error: string | null;
}

/** A delivery with its tries, first to last. */
export class WebhookDeliveryDetailDto extends WebhookDeliveryDto {
  @ListOf(() => DeliveryTryDto, { max: 1_000 })
  tries: DeliveryTryDto[];

  static override from(delivery: WebhookDelivery & { readonly tries: readonly DeliveryAttempt[] }): WebhookDeliveryDetailDto {
    const tries = delivery.tries.map(({ number, attemptedAt, durationMs, responseStatus, responseText, error }) => ({
      number,
      attempted_at: attemptedAt.toISOString(),
      duration_ms: durationMs,
      response_status: responseStatus,
      response_text: responseText,
      error,
    }));
    return { ...WebhookDeliveryDto.from(delivery), tries };
  }
}
