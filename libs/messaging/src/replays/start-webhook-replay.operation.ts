import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { checkEventTypes } from '../endpoints/event-selection.policy.js';
import { endpointTarget } from '../endpoints/webhook-endpoint.js';
import { WebhookReplayStarted } from '../messaging.acts.js';
import { replayWebhooks } from '../messaging.jobs.js';
import { REPLAY_COLUMNS, type WebhookReplay } from './webhook-replay.js';

/** What is to be told once more. */
export interface ReplayOrder {
  readonly endpointId: string;
  readonly since: Date;
  /** Now when left out. */
  readonly until?: Date;
  readonly eventTypes?: readonly string[];
  readonly undeliveredOnly: boolean;
}

/**
 * Asks the worker to tell an endpoint the events of a span of time once more, those among them that it was never told.
 * Throws `not_found`; `invalid_state` when the endpoint is not active; `validation_error` for an empty span or an unknown event.
 */
@Injectable()
export class StartWebhookReplay {
  async execute(tx: WriteTx<TenantContext>, order: ReplayOrder): Promise<WebhookReplay> {
    const { endpointId, since, until, eventTypes, undeliveredOnly } = order;
    if (eventTypes) checkEventTypes(eventTypes);
    const { tenantId } = tx.ctx;
    const [endpoint] = await tx.query<{ status: string; empty: boolean }>(
      `select status, $3::timestamptz >= coalesce($4::timestamptz, now()) as empty
       from webhook_endpoint where tenant_id = $1 and id = $2 and status <> 'removed' for share`,
      [tenantId, endpointId, since, until ?? null],
    );
    if (!endpoint) throw NotFound.with();
    if (endpoint.empty) throw ValidationFailed.with({ errors: { since: ['This must be before `until`, and in the past.'] } });
    if (endpoint.status !== 'active') throw InvalidState.with({ message: 'The endpoint is disabled: make it active first' });
    // What happens from now on is told anyway.
    const [replay] = await tx.query<WebhookReplay>(
      `insert into webhook_replay (tenant_id, id, endpoint_id, since, until, event_types, undelivered_only)
       values ($1, $2, $3, $4, least(coalesce($5::timestamptz, now()), now()), $6::text[], $7) returning ${REPLAY_COLUMNS}`,
      [tenantId, newId(), endpointId, since, until ?? null, eventTypes ?? null, undeliveredOnly],
    );
    tx.enqueue(replayWebhooks, { replay_id: replay!.id });
    tx.audit(WebhookReplayStarted, {
      target: endpointTarget(endpointId),
      after: { replay_id: replay!.id, since, until: replay!.until, event_types: eventTypes ?? null, undelivered_only: undeliveredOnly },
    });
    return replay!;
  }
}
