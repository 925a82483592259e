import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { ENDPOINT_COLUMNS, type WebhookEndpoint } from './webhook-endpoint.js';

/** The endpoints of a tenant. */
@Injectable()
export class WebhookEndpoints {
  /** Newest first, after the endpoint `before`; `limit` rows at most. */
  list(tx: ReadTx<TenantContext>, { before, limit }: { before?: string; limit: number }): Promise<WebhookEndpoint[]> {
    return tx.query<WebhookEndpoint>(
      `select ${ENDPOINT_COLUMNS} from webhook_endpoint
       where tenant_id = $1 and status <> 'removed' and ($2::uuid is null or id < $2)
       order by id desc limit $3`,
      [tx.ctx.tenantId, before ?? null, limit],
    );
  }

  /** Throws `not_found`. */
  async find(tx: ReadTx<TenantContext>, id: string): Promise<WebhookEndpoint> {
    const [endpoint] = await tx.query<WebhookEndpoint>(
      `select ${ENDPOINT_COLUMNS} from webhook_endpoint where tenant_id = $1 and id = $2 and status <> 'removed'`,
      [tx.ctx.tenantId, id],
    );
    if (!endpoint) throw NotFound.with();
    return endpoint;
  }
}
