import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** An endpoint of some tenant. */
export interface EndpointAddress {
  readonly tenantId: string;
  readonly endpointId: string;
}

/** For the worker, across tenants: the endpoints that something is due for and that nobody delivers to. */
@Injectable()
export class WaitingEndpoints {
  find(tx: ReadTx<RequestContext>): Promise<EndpointAddress[]> {
    return tx.query<EndpointAddress>(
      `select p.tenant_id as "tenantId", p.id as "endpointId"
       from webhook_endpoint p join tenant t on t.id = p.tenant_id and t.status = 'active'
       where p.status = 'active' and coalesce(p.leased_until <= now(), true) and coalesce(p.paused_until <= now(), true)
         and exists (select from webhook_delivery d where d.tenant_id = p.tenant_id and d.endpoint_id = p.id and d.next_attempt_at <= now())`,
    );
  }
}
