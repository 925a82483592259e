import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { endpointTarget } from '../endpoints/webhook-endpoint.js';
import { WebhookEndpointStopped } from '../messaging.acts.js';
import { WebhookEndpointDisabled } from '../messaging.events.js';
import { tellEndpointDisabled } from '../messaging.jobs.js';
import { FAILING_DAYS, pauseAfter } from './endpoint-health.policy.js';
import { LEASE_SECONDS, type LeasedEndpoint } from './lease-endpoint.operation.js';
import type { Verdict } from './retry-schedule.policy.js';

/** One try, as it is recorded. */
export interface Attempt {
  readonly deliveryId: string;
  /** From 1. */
  readonly number: number;
  readonly verdict: Verdict;
  readonly url: string;
  /** What was sent, without the signatures. */
  readonly headers: Readonly<Record<string, string>>;
  readonly durationMs: number;
  /** How long ago it began, in milliseconds. */
  readonly ageMs: number;
  readonly responseStatus: number | null;
  readonly responseText: string | null;
  /** Why there was no answer, in words for the tenant. */
  readonly error: string | null;
}

/**
 * Records tries, whatever their number, in one statement, and renews or gives back the lease in another. A try that somebody else has
 * recorded, or whose delivery was canceled meanwhile, is left out. A receiver that is gone, or has failed for days, disables its endpoint.
 * Answers whether the endpoint may still be delivered to under this lease.
 */
@Injectable()
export class RecordAttempts {
  async execute(tx: WriteTx<TenantContext>, endpoint: LeasedEndpoint, attempts: readonly Attempt[], release: boolean): Promise<boolean> {
    if (attempts.length > 0) await this.record(tx, attempts);
    const delivered = attempts.some(({ verdict }) => verdict.status === 'delivered');
    const [health] = await tx.query<{ failures: number; tooLong: boolean }>(
      `update webhook_endpoint set
         lease = case when $4 then null else lease end,
         leased_until = case when $4 then null else now() + $5 * interval '1 second' end,
         failures = case when $6 then 0 else least(failures + $7, 1000000) end,
         failing_since = case when $6 then null when $7 > 0 then coalesce(failing_since, now()) else failing_since end
       where tenant_id = $1 and id = $2 and lease = $3 and status = 'active'
       returning failures, coalesce(failing_since < now() - $8 * interval '1 day', false) as "tooLong"`,
      [tx.ctx.tenantId, endpoint.id, endpoint.lease, release, LEASE_SECONDS, delivered, attempts.length, FAILING_DAYS],
    );
    if (!health) return false;
    if (attempts.some(({ verdict }) => verdict.status === 'exhausted' && verdict.gone)) return this.disable(tx, endpoint, 'gone');
    if (health.tooLong) return this.disable(tx, endpoint, 'failing');
    const pauseMs = attempts.length > 0 ? pauseAfter(health.failures) : undefined;
    if (pauseMs === undefined) return true;
    await tx.query(`update webhook_endpoint set paused_until = now() + $3 * interval '1 millisecond' where tenant_id = $1 and id = $2`, [
      tx.ctx.tenantId,
      endpoint.id,
      pauseMs,
    ]);
    return false;
  }

  private async disable(tx: WriteTx<TenantContext>, { id, url }: LeasedEndpoint, reason: 'gone' | 'failing'): Promise<false> {
    await tx.query(
      `update webhook_endpoint set status = 'disabled', disabled_reason = $3, lease = null, leased_until = null, updated_at = now()
       where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, id, reason],
    );
    tx.audit(WebhookEndpointStopped, {
      target: endpointTarget(id),
      before: { status: 'active' },
      after: { status: 'disabled', disabled_reason: reason },
    });
    tx.emit(WebhookEndpointDisabled, { endpoint_id: id, url, reason });
    tx.enqueue(tellEndpointDisabled, { endpoint_id: id });
    return false;
  }

  private async record(tx: WriteTx<TenantContext>, attempts: readonly Attempt[]): Promise<void> {
    const column = <T>(read: (attempt: Attempt) => T): T[] => attempts.map(read);
    await tx.query(
      `with tried as (
         select * from unnest($2::uuid[], $3::smallint[], $4::text[], $5::float8[], $6::smallint[], $7::text[], $8::text[], $9::int[], $10::int[],
           $11::text[], $12::jsonb[])
           as t(id, number, status, delay_ms, response_status, response_text, error, duration_ms, age_ms, url, headers)
       ), recorded as (
         update webhook_delivery d set
           status = t.status, attempts = t.number, last_status = t.response_status, last_error = t.error,
           next_attempt_at = case t.status when 'failed' then now() + t.delay_ms * interval '1 millisecond' end,
           delivered_at = case t.status when 'delivered' then now() end
         from tried t
         where d.tenant_id = $1 and d.id = t.id and d.attempts = t.number - 1 and d.next_attempt_at is not null
         returning d.id
       )
       insert into webhook_attempt (tenant_id, delivery_id, number, attempted_at, duration_ms, response_status, response_text, error,
         request_url, request_headers)
       select $1, t.id, t.number, now() - t.age_ms * interval '1 millisecond', t.duration_ms, t.response_status, t.response_text, t.error,
         t.url, t.headers
       from tried t join recorded using (id)`,
      [
        tx.ctx.tenantId,
        column(({ deliveryId }) => deliveryId),
        column(({ number }) => number),
        column(({ verdict }) => verdict.status),
        column(({ verdict }) => (verdict.status === 'failed' ? verdict.delayMs : null)),
        column(({ responseStatus }) => responseStatus),
        column(({ responseText }) => responseText),
        column(({ error }) => error),
        column(({ durationMs }) => durationMs),
        column(({ ageMs }) => ageMs),
        column(({ url }) => url),
        column(({ headers }) => JSON.stringify(headers)),
      ],
    );
  }
}
