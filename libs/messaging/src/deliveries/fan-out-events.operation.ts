import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { selectedAs } from '../endpoints/event-selection.policy.js';
import { deliveryId } from './delivery-id.policy.js';

/** Events at most in one step. */
const BATCH = 1_000;

/** What one step did. */
export interface FanOut {
  readonly events: number;
  /** Endpoints that something now waits for. */
  readonly endpointIds: readonly string[];
}

/** Makes a delivery of each waiting event for each active endpoint that wants it, a thousand events at a time, in one statement. */
@Injectable()
export class FanOutEvents {
  async execute(tx: WriteTx<TenantContext>): Promise<FanOut> {
    const [done] = await tx.query<FanOut>(
      `with waiting as materialized (
         select id, name, recorded_at from event where tenant_id = $1 and relayed_at is null order by id limit $2 for update skip locked
       ), fanned as (
         insert into webhook_delivery (tenant_id, id, endpoint_id, event_id, event_name, created_at, next_attempt_at)
         select $1, ${deliveryId('w.id', 'p.id')}, p.id, w.id, w.name, w.recorded_at, now()
         from waiting w join webhook_endpoint p on p.tenant_id = $1 and p.status = 'active' and p.event_types && ${selectedAs('w.name')}
         on conflict (tenant_id, id) do nothing
         returning endpoint_id
       ), relayed as (
         update event e set relayed_at = now() from waiting w where e.tenant_id = $1 and e.id = w.id
       )
       select (select count(*)::int from waiting) as events,
         coalesce((select array_agg(distinct endpoint_id) from fanned), '{}') as "endpointIds"`,
      [tx.ctx.tenantId, BATCH],
    );
    return done as FanOut;
  }
}
