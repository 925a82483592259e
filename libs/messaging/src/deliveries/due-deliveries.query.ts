import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { bodyOf } from './delivery-body.policy.js';

/** A delivery whose time has come, with all that its call needs. */
export interface DueDelivery {
  readonly id: string;
  /** Id of the message: the event's, the same for all tries and all endpoints. */
  readonly eventId: string;
  readonly eventName: string;
  /** Of the request that caused the event (OBS-01). */
  readonly requestId: string;
  /** Tries before this one. */
  readonly attempts: number;
  /** Those of them that the schedule counts no more, since the delivery was asked for again. */
  readonly attemptsBefore: number;
  /** The exact body: the same bytes at every try. */
  readonly body: string;
}

/** Bodies fetched at a time, in bytes as they are stored: some events are a thousand times as large as others. */
const PAGE_BYTES = 2_000_000;

/** What is due for an endpoint, longest due first. */
@Injectable()
export class DueDeliveries {
  /** Leaves out the deliveries in `busy`, which are under way. At least one when something is due, `limit` at most. */
  find(tx: ReadTx<TenantContext>, endpointId: string, busy: readonly string[], limit: number): Promise<DueDelivery[]> {
    return tx.query<DueDelivery>(
      `with due as materialized (
         select d.id, d.event_id, d.attempts, d.attempts_before, d.next_attempt_at
         from webhook_delivery d
         where d.tenant_id = $1 and d.endpoint_id = $2 and d.next_attempt_at <= now() and d.id <> all ($3::uuid[])
         order by d.next_attempt_at, d.id limit $4
       ), measured as (
         select d.*, e.name, e.data, e.request_id, e.recorded_at, e.sequence,
           sum(pg_column_size(e.data)) over (order by d.next_attempt_at, d.id) - pg_column_size(e.data) as bytes_before
         from due d join event e on e.tenant_id = $1 and e.id = d.event_id
       )
       select d.id, d.event_id as "eventId", d.name as "eventName", d.request_id as "requestId", d.attempts,
         d.attempts_before as "attemptsBefore", ${bodyOf('p.kind', 'd')} as body
       from measured d join webhook_endpoint p on p.tenant_id = $1 and p.id = $2
       where d.bytes_before < $5
       order by d.next_attempt_at, d.id`,
      [tx.ctx.tenantId, endpointId, busy, limit, PAGE_BYTES],
    );
  }
}
