import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { TenantUser } from './tenant-user.entity.js';

/** Makes a person something in the tenant, in place of what they were there before: for setting a tenant up. People use `ChangeUserRole`. */
@Injectable()
export class AssignTenantRole {
  async execute(tx: WriteTx<TenantContext>, { userId, role }: { userId: string; role: string }): Promise<void> {
    await tx.repository(TenantUser).upsert({ tenantId: tx.ctx.tenantId, userId, role }, ['tenantId', 'userId']);
  }
}
