import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** Whether an endpoint is told of events. Those that happen while it is disabled are not kept for it. */
export type EndpointStatus = 'active' | 'disabled';

/** Who disabled an endpoint: the tenant, or we because the receiver answered 410 or has failed for days. */
export type DisabledReason = 'request' | 'gone' | 'failing';

/**
 * How what is sent looks: `standard` by Standard Webhooks alone; `reworth` the event's data as the body, with the headers of the REWORTH
 * system beside the standard ones.
 */
export const ENDPOINT_KINDS = ['standard', 'reworth'] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** A place that a tenant wants to be told of events at; its secret is not among its fields. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly kind: EndpointKind;
  /** What another room keeps it for; null for those that the tenant registers here. */
  readonly purpose: string | null;
  readonly url: string;
  /** Names of events, `points.*` for all that begin so, or `*` alone for all. */
  readonly eventTypes: readonly string[];
  readonly description: string | null;
  readonly status: EndpointStatus;
  readonly disabledReason: DisabledReason | null;
  /** Until when the secret before signs as well; null when only one signs. */
  readonly previousSecretExpiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an act on an endpoint was done to. */
export const endpointTarget = (id: string): { type: string; id: string } => ({ type: 'webhook_endpoint', id });

/** An endpoint as the audit trail tells of it: without the query of its address, where callers keep credentials. */
export const toldEndpoint = ({ kind, purpose, url, eventTypes, description, status, disabledReason }: WebhookEndpoint): object => ({
  ...(purpose !== null && { kind, purpose }),
  url: url.replace(/\?.*$/, '?...'),
  event_types: eventTypes,
  description,
  status,
  disabled_reason: disabledReason,
});

/** For `select` and `returning`: the columns of a `WebhookEndpoint`. */
export const ENDPOINT_COLUMNS = `id, kind, purpose, url, event_types as "eventTypes", description, status, disabled_reason as "disabledReason",
  case when previous_secret_expires_at > now() then previous_secret_expires_at end as "previousSecretExpiresAt",
  created_at as "createdAt", updated_at as "updatedAt"`;

/** Until the end of the transaction nobody else adds an endpoint to the tenant. */
export const lockEndpoints = async (tx: WriteTx<TenantContext>): Promise<void> =>
  void (await tx.query(`select pg_advisory_xact_lock(hashtextextended('webhook_endpoint ' || $1, 0))`, [tx.ctx.tenantId]));
