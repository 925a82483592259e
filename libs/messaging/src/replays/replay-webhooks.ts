import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { deliveryId } from '../deliveries/delivery-id.policy.js';
import { idsSince, idsUntil } from '../deliveries/event-time.policy.js';
import { selectedAs } from '../endpoints/event-selection.policy.js';
import { WebhookTested } from '../messaging.events.js';

/** Events at most in one step. */
const BATCH = 1_000;

interface OpenReplay {
  readonly endpointId: string;
  readonly since: Date;
  readonly until: Date;
  readonly eventTypes: string[] | null;
  readonly undeliveredOnly: boolean;
  readonly lastEventId: string | null;
  readonly wanted: string[];
  readonly removed: boolean;
}

/** Works a replay off, a step at a time: where it is stands in its row, so it goes on after a crash and nothing is done twice. */
@Injectable()
export class ReplayWebhooks {
  /** Makes the deliveries of the next thousand events due. Answers whether there is more to do. */
  async step(tx: WriteTx<TenantContext>, id: string): Promise<boolean> {
    const { tenantId } = tx.ctx;
    const [replay] = await tx.query<OpenReplay>(
      `select r.endpoint_id as "endpointId", r.since, r.until, r.event_types as "eventTypes", r.undelivered_only as "undeliveredOnly",
         r.last_event_id as "lastEventId", p.event_types as wanted, p.status = 'removed' as removed
       from webhook_replay r join webhook_endpoint p on p.tenant_id = $1 and p.id = r.endpoint_id
       where r.tenant_id = $1 and r.id = $2 and r.completed_at is null for update of r`,
      [tenantId, id],
    );
    if (!replay) return false;
    if (replay.removed) return this.end(tx, id, 'canceled');
    const { events, deliveries, last } = await this.makeDue(tx, replay);
    await tx.query(
      `update webhook_replay set status = 'running', events = events + $3, deliveries = deliveries + $4, last_event_id = coalesce($5, last_event_id)
       where tenant_id = $1 and id = $2`,
      [tenantId, id, events, deliveries, last],
    );
    return events < BATCH ? this.end(tx, id, 'completed') : true;
  }

  /** An event that was never told to the endpoint gets its delivery now; one that was is due again, under the same ids. */
  private async makeDue(
    tx: WriteTx<TenantContext>,
    { endpointId, since, until, eventTypes, undeliveredOnly, lastEventId, wanted }: OpenReplay,
  ): Promise<{ events: number; deliveries: number; last: string | null }> {
    const [done] = await tx.query<{ events: number; deliveries: number; last: string | null }>(
      `with told as materialized (
         select e.id, e.name, e.recorded_at from event e
         where e.tenant_id = $1 and e.id >= $3 and e.id < $4 and ($5::uuid is null or e.id > $5)
           and e.recorded_at >= $6 and e.recorded_at < $7 and e.relayed_at is not null and e.name <> $8
           and ${selectedAs('e.name')} && $9::text[] and ($10::text[] is null or ${selectedAs('e.name')} && $10::text[])
         order by e.id limit $11
       ), due as (
         insert into webhook_delivery as d (tenant_id, id, endpoint_id, event_id, event_name, created_at, next_attempt_at)
         select $1, ${deliveryId('t.id', '$2::uuid')}, $2, t.id, t.name, t.recorded_at, now() from told t
         on conflict (tenant_id, id) do update set status = 'pending', next_attempt_at = now(), delivered_at = null, attempts_before = d.attempts
         where not ($12 and d.status = 'delivered')
         returning 1
       )
       select (select count(*)::int from told) as events, (select count(*)::int from due) as deliveries,
         (select id from told order by id desc limit 1) as last`,
      [
        tx.ctx.tenantId,
        endpointId,
        idsSince(since),
        idsUntil(until),
        lastEventId,
        since,
        until,
        WebhookTested.name,
        wanted,
        eventTypes,
        BATCH,
        undeliveredOnly,
      ],
    );
    return done!;
  }

  private async end(tx: WriteTx<TenantContext>, id: string, status: 'completed' | 'canceled'): Promise<false> {
    await tx.query(`update webhook_replay set status = $3, completed_at = now() where tenant_id = $1 and id = $2`, [
      tx.ctx.tenantId,
      id,
      status,
    ]);
    return false;
  }
}
