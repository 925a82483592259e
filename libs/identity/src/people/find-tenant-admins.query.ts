import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** Somebody to be told of what concerns the whole tenant. */
export interface TenantAdmin {
  readonly email: string;
  readonly fullName: string;
}

/** Those who are admins of the tenant now, and may sign in. */
@Injectable()
export class FindTenantAdmins {
  list(tx: ReadTx<TenantContext>): Promise<TenantAdmin[]> {
    return tx.query<TenantAdmin>(
      `select u.email, u.full_name as "fullName" from tenant_user m join user_account u on u.id = m.user_id
       where m.tenant_id = $1 and m.role = 'tenant_admin' and m.status = 'active' and u.status = 'active' order by u.email`,
      [tx.ctx.tenantId],
    );
  }
}
