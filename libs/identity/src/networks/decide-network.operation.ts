import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, PermissionDenied, type WriteTx } from '@tallystick/platform';
import { NetworkApproved, NetworkRejected } from './network.acts.js';
import { ALLOWLIST_COLUMNS, type AllowlistEntry, type AllowlistStatus } from './allowlist-entry.js';

/** What the platform says to a request. */
export interface NetworkDecision {
  readonly id: string;
  readonly status: 'approved' | 'rejected';
  readonly reason?: string;
}

/**
 * Approves or rejects a tenant's request, in that tenant's context and in the name of a person of the platform. Nobody decides on a request
 * of their own, nor on one of a tenant that they belong to (AZN-10).
 * Throws `not_found`, `permission_denied` for one's own tenant, `invalid_state` when it is decided or removed.
 */
@Injectable()
export class DecideNetwork {
  async execute(tx: WriteTx<TenantContext>, { id, status, reason }: NetworkDecision): Promise<AllowlistEntry> {
    const { tenantId, actor } = tx.ctx;
    const [known] = await tx.query<{ status: AllowlistStatus; network: string; own: boolean }>(
      `select n.status, n.network, n.requested_by = $3
           or exists (select from tenant_user m where m.tenant_id = n.tenant_id and m.user_id = $3) as own
       from network_allowlist n where n.tenant_id = $1 and n.id = $2 for update of n`,
      [tenantId, id, actor.id],
    );
    if (!known) throw NotFound.with();
    if (known.own) throw PermissionDenied.with({ message: 'Somebody who does not belong to the tenant must decide on its request' });
    if (known.status !== 'requested') throw InvalidState.with({ message: `This request is ${known.status} already` });
    const [entry] = (await tx.query<AllowlistEntry>(
      `update network_allowlist n set status = $3, decided_by = $4, decided_at = now(), decision_reason = $5
       where n.tenant_id = $1 and n.id = $2 returning ${ALLOWLIST_COLUMNS}`,
      [tenantId, id, status, actor.id, reason ?? null],
    )) as [AllowlistEntry];
    tx.audit(status === 'approved' ? NetworkApproved : NetworkRejected, {
      target: { type: 'network', id },
      before: { status: 'requested' },
      after: { status, network: known.network, reason: reason ?? null },
    });
    return entry;
  }
}
