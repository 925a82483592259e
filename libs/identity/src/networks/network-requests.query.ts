import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { ALLOWLIST_COLUMNS, type AllowlistEntry } from './allowlist-entry.js';
import type { AllowlistPage } from './network-allowlist.query.js';

/** An entry as the platform sees it: whose it is, and who asked. */
export interface NetworkRequestView extends AllowlistEntry {
  readonly tenantSlug: string;
  readonly tenantName: string;
  readonly requestedBy: string;
}

/** Reads the requests of all tenants for people of the platform; row-level security shows them to nobody else. */
@Injectable()
export class NetworkRequests {
  /** A page, the oldest request first: it has waited longest. */
  async list(tx: ReadTx<PlatformContext>, page: AllowlistPage): Promise<{ entries: NetworkRequestView[]; total: number }> {
    const matching = 'from network_allowlist n join tenant t on t.id = n.tenant_id where ($1::text is null or n.status = $1)';
    const [count] = await tx.query<{ total: number }>(`select count(*)::int as total ${matching}`, [page.status ?? null]);
    const entries = await tx.query<NetworkRequestView>(
      `select ${ALLOWLIST_COLUMNS}, t.slug as "tenantSlug", t.name as "tenantName", n.requested_by as "requestedBy"
       ${matching} order by n.requested_at, n.id limit $2 offset $3`,
      [page.status ?? null, page.limit, page.offset],
    );
    return { entries, total: count!.total };
  }

  /** Whose request it is: decisions are written in that tenant. Throws `not_found`. */
  async tenantOf(tx: ReadTx<PlatformContext>, id: string): Promise<string> {
    const [row] = await tx.query<{ tenant_id: string }>('select tenant_id from network_allowlist where id = $1', [id]);
    if (!row) throw NotFound.with();
    return row.tenant_id;
  }
}
