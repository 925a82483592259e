import { Choice, Flag, Integer, Moment, Uuid, Words } from '@tallystick/platform';
import type { ReplayOrder } from './start-webhook-replay.operation.js';
import { REPLAY_STATUSES, type WebhookReplay } from './webhook-replay.js';

const SINCE = { description: 'Events recorded at or after.', example: '2026-03-31T00:00:00Z' };
const UNTIL = { description: 'Events recorded before.', example: '2026-03-31T18:30:00Z' };
const EVENT_TYPES = {
  min: 1,
  max: 100,
  description: 'Of the events that the endpoint wants, only these; all of them when left out or null.',
  example: ['points.earned'],
};
const UNDELIVERED_ONLY = {
  description: 'Leaves out what was delivered: only what failed, ran out of tries, was canceled, or was never told to the endpoint.',
  example: true,
};
const MANY = 2_147_483_647;

export class StartWebhookReplayDto {
  @Moment(SINCE)
  since: string;

  @Moment({ ...UNTIL, description: `${UNTIL.description} Up to now when left out.`, optional: true })
  until?: string;

  @Words({ ...EVENT_TYPES, optional: true })
  event_types?: string[];

  @Flag({ ...UNDELIVERED_ONLY, description: `${UNDELIVERED_ONLY.description} True when left out.`, optional: true })
  undelivered_only?: boolean;

  static toOrder(endpointId: string, { since, until, event_types, undelivered_only = true }: StartWebhookReplayDto): ReplayOrder {
    return {
      endpointId,
      since: new Date(since),
      until: until === undefined ? undefined : new Date(until),
      eventTypes: event_types,
      undeliveredOnly: undelivered_only,
    };
  }
}

/** A replay in its present state. */
export class WebhookReplayDto {
  @Uuid()
  id: string;

  @Uuid()
  endpoint_id: string;

  @Moment(SINCE)
  since: string;

  @Moment(UNTIL)
  until: string;

  @Words({ ...EVENT_TYPES, nullable: true })
  event_types: readonly string[] | null;

  @Flag(UNDELIVERED_ONLY)
  undelivered_only: boolean;

  @Choice(REPLAY_STATUSES, {
    description:
      '`queued` and `running` are at work, `completed` has made everything due, `canceled` ended since the endpoint was removed.',
    example: 'completed',
  })
  status: string;

  @Integer({ min: 0, max: MANY, description: 'Events looked at so far.', example: 120 })
  events: number;

  @Integer({ min: 0, max: MANY, description: 'Deliveries made due so far.', example: 7 })
  deliveries: number;

  @Moment()
  created_at: string;

  @Moment({ nullable: true })
  completed_at: string | null;

  static from(replay: WebhookReplay): WebhookReplayDto {
    return {
      id: replay.id,
      endpoint_id: replay.endpointId,
      since: replay.since.toISOString(),
      until: replay.until.toISOString(),
      event_types: replay.eventTypes,
      undelivered_only: replay.undeliveredOnly,
      status: replay.status,
      events: replay.events,
      deliveries: replay.deliveries,
      created_at: replay.createdAt.toISOString(),
      completed_at: replay.completedAt?.toISOString() ?? null,
    };
  }
}
