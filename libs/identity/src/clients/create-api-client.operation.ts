import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { ApiClient } from './api-client.entity.js';
import { newClientId } from './client-id.policy.js';
import { newClientSecret } from './client-secret.policy.js';
import { isClientScope, type ClientScope } from '../permissions.js';

/** A new client with its secret, which is not shown again. */
export interface CreatedApiClient {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Gives a server of the tenant a client id and a secret, of which only the hash is kept (OAU-06).
 * Throws `validation_error` for no scope or one that clients cannot have, `not_found` when there is no tenant.
 */
@Injectable()
export class CreateApiClient {
  async execute(tx: WriteTx<TenantContext>, { name, scopes }: { name: string; scopes: readonly string[] }): Promise<CreatedApiClient> {
    const unknown = scopes.filter((scope) => !isClientScope(scope));
    if (unknown.length > 0) throw ValidationFailed.with({ errors: { scopes: unknown.map((scope) => `${scope} is not a scope`) } });
    if (scopes.length === 0) throw ValidationFailed.with({ errors: { scopes: ['Give at least one scope'] } });
    const { tenantId } = tx.ctx;
    const [tenant] = await tx.query<{ mode: 'live' | 'sandbox' }>('select mode from tenant where id = $1', [tenantId]);
    if (!tenant) throw NotFound.with();
    const [id, clientId, secret] = [newId(), newClientId(tenantId), newClientSecret(tenant.mode)];
    await tx.repository(ApiClient).insert({
      tenantId,
      id,
      clientId,
      name,
      secretHash: secret.hash,
      secretPrefix: secret.prefix,
      scopes: [...new Set(scopes)] as ClientScope[],
    });
    return { id, clientId, clientSecret: secret.text };
  }
}
