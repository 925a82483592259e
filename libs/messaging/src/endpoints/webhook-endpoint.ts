/** Whether an endpoint is told of events. Those that happen while it is disabled are not kept for it. */
export type EndpointStatus = 'active' | 'disabled';

/** Who disabled an endpoint: the tenant, or we because the receiver answered 410 or has failed for days. */
export type DisabledReason = 'request' | 'gone' | 'failing';

/** A place that a tenant wants to be told of events at; its secret is not among its fields. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** Names of events, or `*` alone for all. */
  readonly eventTypes: readonly string[];
  readonly description: string | null;
  readonly status: EndpointStatus;
  readonly disabledReason: DisabledReason | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an act on an endpoint was done to. */
export const endpointTarget = (id: string): { type: string; id: string } => ({ type: 'webhook_endpoint', id });

/** An endpoint as the audit trail tells of it: without the query of its address, where callers keep credentials. */
export const toldEndpoint = ({ url, eventTypes, description, status, disabledReason }: WebhookEndpoint): object => ({
  url: url.replace(/\?.*$/, '?...'),
  event_types: eventTypes,
  description,
  status,
  disabled_reason: disabledReason,
});

/** For `select` and `returning`: the columns of a `WebhookEndpoint`. */
export const ENDPOINT_COLUMNS = `id, url, event_types as "eventTypes", description, status, disabled_reason as "disabledReason",
  created_at as "createdAt", updated_at as "updatedAt"`;
