import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import {
  permissionsOfRole,
  permissionsOfScopes,
  type ClientScope,
  type Permission,
  type PlatformRole,
  type TenantRole,
} from '../permissions.js';

/** What a signed-in actor is worth at this moment, whatever their token says. */
export interface Standing {
  /** The id by which the actor is recorded: of the API client's row, or the person's. */
  readonly actorId: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly tenantActive: boolean;
  /** How far the tenant's clock is ahead, in milliseconds. */
  readonly clockOffsetMs: number;
}

interface Row {
  id: string;
  tenant_active: boolean;
  clock_offset_ms: string;
}

/** Finds the standing of actors; undefined for one that is unknown, revoked, disabled or has no role here. */
@Injectable()
export class FindStanding {
  async ofClient(tx: ReadTx, clientId: string): Promise<Standing | undefined> {
    const [row] = await tx.query<Row & { scopes: ClientScope[] }>(
      `select c.id, c.scopes, t.status = 'active' as tenant_active, t.clock_offset_ms
       from api_client c join tenant t on t.id = c.tenant_id
       where c.tenant_id = $1 and c.client_id = $2 and c.status = 'active'`,
      [tx.ctx.tenantId, clientId],
    );
    return row && standing(row, permissionsOfScopes(row.scopes));
  }

  async ofTenantUser(tx: ReadTx, userId: string): Promise<Standing | undefined> {
    const [row] = await tx.query<Row & { role: TenantRole }>(
      `select u.id, m.role, t.status = 'active' as tenant_active, t.clock_offset_ms
       from tenant_user m join user_account u on u.id = m.user_id join tenant t on t.id = m.tenant_id
       where m.tenant_id = $1 and m.user_id = $2 and u.status = 'active'`,
      [tx.ctx.tenantId, userId],
    );
    return row && standing(row, permissionsOfRole(row.role));
  }

  async ofPlatformUser(tx: ReadTx, userId: string): Promise<Standing | undefined> {
    const [row] = await tx.query<Row & { role: PlatformRole }>(
      `select u.id, p.role, true as tenant_active, 0 as clock_offset_ms
       from platform_role p join user_account u on u.id = p.user_id where u.id = $1 and u.status = 'active'`,
      [userId],
    );
    return row && standing(row, permissionsOfRole(row.role));
  }
}

const standing = (row: Row, permissions: readonly Permission[]): Standing => ({
  actorId: row.id,
  permissions: new Set(permissions),
  tenantActive: row.tenant_active,
  clockOffsetMs: Number(row.clock_offset_ms),
});
