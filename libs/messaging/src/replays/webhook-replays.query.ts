import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { REPLAY_COLUMNS, type WebhookReplay } from './webhook-replay.js';

/** The replays of an endpoint, kept for 90 days. */
@Injectable()
export class WebhookReplays {
  /** Newest first, after the replay `before`; `limit` rows at most. */
  list(tx: ReadTx<TenantContext>, endpointId: string, { before, limit }: { before?: string; limit: number }): Promise<WebhookReplay[]> {
    return tx.query<WebhookReplay>(
      `select ${REPLAY_COLUMNS} from webhook_replay
       where tenant_id = $1 and endpoint_id = $2 and ($3::uuid is null or id < $3) order by id desc limit $4`,
      [tx.ctx.tenantId, endpointId, before ?? null, limit],
    );
  }

  /** Throws `not_found`. */
  async find(tx: ReadTx<TenantContext>, endpointId: string, id: string): Promise<WebhookReplay> {
    const [replay] = await tx.query<WebhookReplay>(
      `select ${REPLAY_COLUMNS} from webhook_replay where tenant_id = $1 and endpoint_id = $2 and id = $3`,
      [tx.ctx.tenantId, endpointId, id],
    );
    if (!replay) throw NotFound.with();
    return replay;
  }
}
