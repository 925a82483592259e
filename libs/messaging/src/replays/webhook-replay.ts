/**
 * How far a replay is: `queued` waits for the worker, `running` is at work, `completed` has made everything due, `canceled` ended because
 * the endpoint was removed.
 */
export const REPLAY_STATUSES = ['queued', 'running', 'completed', 'canceled'] as const;
export type ReplayStatus = (typeof REPLAY_STATUSES)[number];

/** Events of a span of time that are told to an endpoint once more. */
export interface WebhookReplay {
  readonly id: string;
  readonly endpointId: string;
  /** Included. */
  readonly since: Date;
  /** Not included. */
  readonly until: Date;
  /** Of those that the endpoint wants; null for all of them. */
  readonly eventTypes: readonly string[] | null;
  /** Leaves out what was delivered. */
  readonly undeliveredOnly: boolean;
  readonly status: ReplayStatus;
  /** Events looked at so far. */
  readonly events: number;
  /** Deliveries made due so far. */
  readonly deliveries: number;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
}

/** For `select` and `returning`: the columns of a `WebhookReplay`. */
export const REPLAY_COLUMNS = `id, endpoint_id as "endpointId", since, until, event_types as "eventTypes", undelivered_only as "undeliveredOnly",
  status, events, deliveries, created_at as "createdAt", completed_at as "completedAt"`;
