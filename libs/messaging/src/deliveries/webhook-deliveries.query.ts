import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { bodyOf } from './delivery-body.policy.js';
import { idsSince, idsUntil } from './event-time.policy.js';

/**
 * How far a delivery is: `pending` waits for its first try, `failed` for another one; `exhausted` was tried often enough; `canceled` was
 * not done when its endpoint was removed.
 */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'exhausted', 'canceled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event for one endpoint. */
export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  /** Also the `webhook-id` that the receiver sees. */
  readonly eventId: string;
  readonly eventName: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly deliveredAt: Date | null;
  /** When the event happened. */
  readonly createdAt: Date;
}

/** One try of a delivery. */
export interface DeliveryAttempt {
  readonly number: number;
  readonly attemptedAt: Date;
  readonly durationMs: number;
  readonly requestUrl: string | null;
  /** Without the signatures. */
  readonly requestHeaders: Readonly<Record<string, string>> | null;
  readonly responseStatus: number | null;
  /** The first 2 kB of what the receiver answered. */
  readonly responseText: string | null;
  readonly error: string | null;
}

/** A delivery with all that is known of it. */
export type DeliveryDetail = WebhookDelivery & {
  /** What is sent; null when the event is no longer kept. */
  readonly body: string | null;
  /** First to last: the last thousand. */
  readonly tries: readonly DeliveryAttempt[];
};

/** Which deliveries are asked for; `from` is included, `to` is not. */
export interface DeliveryFilter {
  readonly endpointId?: string;
  readonly status?: DeliveryStatus;
  readonly eventName?: string;
  readonly from?: Date;
  readonly to?: Date;
}

const COLUMNS = `id, endpoint_id as "endpointId", event_id as "eventId", event_name as "eventName", status, attempts,
  next_attempt_at as "nextAttemptAt", last_status as "lastStatus", last_error as "lastError", delivered_at as "deliveredAt",
  created_at as "createdAt"`;

/** Tries that are shown of one delivery. */
const MOST_TRIES = 1_000;

/** The record of deliveries, kept for 90 days. */
@Injectable()
export class WebhookDeliveries {
  /** Newest first, after the delivery `before`; `limit` rows at most. */
  list(
    tx: ReadTx<TenantContext>,
    filter: DeliveryFilter,
    { before, limit }: { before?: string; limit: number },
  ): Promise<WebhookDelivery[]> {
    const values: unknown[] = [tx.ctx.tenantId];
    const conditions = ['tenant_id = $1'];
    const add = (condition: (parameter: string) => string, value: unknown): void => {
      if (value !== undefined) conditions.push(condition(`$${values.push(value)}`));
    };
    add((value) => `id < ${value}`, before);
    add((value) => `endpoint_id = ${value}`, filter.endpointId);
    add((value) => `status = ${value}`, filter.status);
    add((value) => `event_name = ${value}`, filter.eventName);
    add((value) => `created_at >= ${value}`, filter.from);
    add((value) => `id >= ${value}`, filter.from && idsSince(filter.from));
    add((value) => `created_at < ${value}`, filter.to);
    add((value) => `id < ${value}`, filter.to && idsUntil(filter.to));
    // Said again in the words of the partial index, which a parameter does not match.
    if (filter.status && filter.status !== 'delivered') conditions.push(`status <> 'delivered'`);
    return tx.query<WebhookDelivery>(
      `select ${COLUMNS} from webhook_delivery where ${conditions.join(' and ')} order by id desc limit $${values.push(limit)}`,
      values,
    );
  }

  /** Throws `not_found`. */
  async find(tx: ReadTx<TenantContext>, id: string): Promise<DeliveryDetail> {
    const [delivery] = await tx.query<WebhookDelivery & { body: string | null }>(
      `select ${COLUMNS}, (
         select ${bodyOf('p.kind', 'e')} from event e join webhook_endpoint p on p.tenant_id = $1 and p.id = d.endpoint_id
         where e.tenant_id = $1 and e.id = d.event_id) as body
       from webhook_delivery d where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, id],
    );
    if (!delivery) throw NotFound.with();
    const tries = await tx.query<DeliveryAttempt>(
      `select number, attempted_at as "attemptedAt", duration_ms as "durationMs", request_url as "requestUrl",
         request_headers as "requestHeaders", response_status as "responseStatus", response_text as "responseText", error
       from webhook_attempt where tenant_id = $1 and delivery_id = $2 order by number desc limit $3`,
      [tx.ctx.tenantId, id, MOST_TRIES],
    );
    return { ...delivery, tries: tries.reverse() };
  }
}
