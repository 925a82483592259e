import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** A delivery whose time has come, with all that its call needs. */
export interface DueDelivery {
  readonly id: string;
  /** Id of the message: the event's, the same for all tries and all endpoints. */
  readonly eventId: string;
  /** Of the request that caused the event (OBS-01). */
  readonly requestId: string;
  /** Tries before this one. */
  readonly attempts: number;
  /** The exact body: the same bytes at every try. */
  readonly body: string;
}

/** What is due for an endpoint, longest due first. */
@Injectable()
export class DueDeliveries {
  /** Leaves out the deliveries in `busy`, which are under way. */
  async find(tx: ReadTx<TenantContext>, endpointId: string, busy: readonly string[], limit: number): Promise<DueDelivery[]> {
    const rows = await tx.query<Omit<DueDelivery, 'body'> & { name: string; at: string; data: string }>(
      `select d.id, d.event_id as "eventId", e.request_id as "requestId", d.attempts, e.name, e.data::text as data,
         to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
       from webhook_delivery d join event e on e.tenant_id = $1 and e.id = d.event_id
       where d.tenant_id = $1 and d.endpoint_id = $2 and d.next_attempt_at <= now() and d.id <> all ($3::uuid[])
       order by d.next_attempt_at, d.id limit $4`,
      [tx.ctx.tenantId, endpointId, busy, limit],
    );
    return rows.map(({ name, at, data, ...delivery }) => ({
      ...delivery,
      body: `{"type":${JSON.stringify(name)},"timestamp":"${at}","data":${data}}`,
    }));
  }
}
