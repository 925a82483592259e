import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { Tenant } from './tenant.entity.js';

/** Finds the tenant that a transaction belongs to; null when there is none of that id. */
@Injectable()
export class FindTenant {
  find(tx: ReadTx<TenantContext>): Promise<Tenant | null> {
    return tx.repository(Tenant).findOneBy({ id: tx.ctx.tenantId });
  }
}
