import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { ALLOWLIST_COLUMNS, type AllowlistEntry, type AllowlistStatus } from './allowlist-entry.js';
import { parseNetwork, type Network } from './network.policy.js';

/** Which entries, and which page of them. */
export interface AllowlistPage {
  readonly status?: AllowlistStatus;
  readonly limit: number;
  readonly offset: number;
}

/** Reads the network allowlist of a tenant. */
@Injectable()
export class NetworkAllowlist {
  /** A page, the newest request first. */
  async list(tx: ReadTx<TenantContext>, page: AllowlistPage): Promise<{ entries: AllowlistEntry[]; total: number }> {
    const filter = [tx.ctx.tenantId, page.status ?? null];
    const matching = 'from network_allowlist n where n.tenant_id = $1 and ($2::text is null or n.status = $2)';
    const [count] = await tx.query<{ total: number }>(`select count(*)::int as total ${matching}`, filter);
    const entries = await tx.query<AllowlistEntry>(
      `select ${ALLOWLIST_COLUMNS} ${matching} order by n.requested_at desc, n.id desc limit $3 offset $4`,
      [...filter, page.limit, page.offset],
    );
    return { entries, total: count!.total };
  }

  /** Throws `not_found`. */
  async find(tx: ReadTx<TenantContext>, id: string): Promise<AllowlistEntry> {
    const [entry] = await tx.query<AllowlistEntry>(
      `select ${ALLOWLIST_COLUMNS} from network_allowlist n where n.tenant_id = $1 and n.id = $2`,
      [tx.ctx.tenantId, id],
    );
    if (!entry) throw NotFound.with();
    return entry;
  }

  /** The networks that are approved at this moment. */
  async approved(tx: ReadTx<TenantContext>): Promise<Network[]> {
    const rows = await tx.query<{ network: string }>(`select network from network_allowlist where tenant_id = $1 and status = 'approved'`, [
      tx.ctx.tenantId,
    ]);
    return rows.map(({ network }) => parseNetwork(network));
  }
}
