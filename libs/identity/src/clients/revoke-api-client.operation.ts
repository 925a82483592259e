import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { ApiClientRevoked } from './client.acts.js';
import { ApiClient } from './api-client.entity.js';

/**
 * Ends a client for good: no new tokens, and within a second none of its old ones is accepted (OAU-05). The row stays for the record.
 * Throws `not_found`, or `invalid_state` when it was revoked before.
 */
@Injectable()
export class RevokeApiClient {
  async execute(tx: WriteTx<TenantContext>, { id }: { id: string }): Promise<void> {
    const key = { tenantId: tx.ctx.tenantId, id };
    const { affected } = await tx
      .repository(ApiClient)
      .update({ ...key, status: 'active' }, { status: 'revoked', revokedAt: () => 'now()' });
    if (!affected) {
      throw (await tx.repository(ApiClient).existsBy(key))
        ? InvalidState.with({ message: 'This client was revoked before' })
        : NotFound.with();
    }
    tx.audit(ApiClientRevoked, { target: { type: 'api_client', id }, before: { status: 'active' }, after: { status: 'revoked' } });
  }
}
