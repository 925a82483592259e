import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { NetworkRemoved } from './network.acts.js';
import type { AllowlistStatus } from './allowlist-entry.js';

/**
 * Takes a network off the list, or a request for one back. Within a second no key of the tenant is accepted from there (OAU-05), unless
 * another entry covers it. The row stays for the record. Throws `not_found`, or `invalid_state` when it was rejected or removed before.
 */
@Injectable()
export class RemoveNetwork {
  async execute(tx: WriteTx<TenantContext>, { id }: { id: string }): Promise<void> {
    const key = [tx.ctx.tenantId, id];
    const [entry] = await tx.query<{ network: string; status: AllowlistStatus }>(
      'select network, status from network_allowlist where tenant_id = $1 and id = $2 for update',
      key,
    );
    if (!entry) throw NotFound.with();
    if (entry.status === 'rejected' || entry.status === 'removed')
      throw InvalidState.with({ message: `This network was ${entry.status} before` });
    await tx.query(`update network_allowlist set status = 'removed', removed_at = now() where tenant_id = $1 and id = $2`, key);
    tx.audit(NetworkRemoved, { target: { type: 'network', id }, before: entry, after: { status: 'removed' } });
  }
}
