import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { ApiClientSecretRemoved } from './client.acts.js';

interface Row {
  previous_secret_prefix: string;
  previous_secret_last4: string | null;
  overlapping: boolean;
}

/**
 * Ends the secret before the present one while it still works, because every server has the new one, or because it leaked.
 * Throws `not_found`, or `invalid_state` when only one secret works.
 */
@Injectable()
export class RemovePreviousSecret {
  async execute(tx: WriteTx<TenantContext>, { id }: { id: string }): Promise<void> {
    const key = [tx.ctx.tenantId, id];
    const [client] = await tx.query<Row>(
      `select previous_secret_prefix, previous_secret_last4, coalesce(previous_secret_expires_at > now(), false) as overlapping
       from api_client where tenant_id = $1 and id = $2 for update`,
      key,
    );
    if (!client) throw NotFound.with();
    if (!client.overlapping) throw InvalidState.with({ message: 'Only the present secret works' });
    await tx.query(
      `update api_client set previous_secret_hash = null, previous_secret_prefix = null, previous_secret_last4 = null,
         previous_secret_expires_at = null, previous_secret_last_used_at = null where tenant_id = $1 and id = $2`,
      key,
    );
    tx.audit(ApiClientSecretRemoved, {
      target: { type: 'api_client', id },
      before: { prefix: client.previous_secret_prefix, last4: client.previous_secret_last4 },
    });
  }
}
