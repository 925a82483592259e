import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { ApiClientCreated } from './client.acts.js';
import { ApiClient } from './api-client.entity.js';
import { newClientId } from './client-id.policy.js';
import { newClientSecret } from './client-secret.policy.js';
import { isClientScope, type ClientScope } from '../permissions.js';

/** What a client is made with. */
export interface NewApiClient {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Left out, it does not end by itself. */
  readonly expiresAt?: Date;
  /** From where it may call: `approved` for all networks that the tenant has approved, or some of them; left out, from anywhere. */
  readonly networks?: 'approved' | readonly string[];
}

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
  async execute(tx: WriteTx<TenantContext>, { name, scopes, expiresAt, networks }: NewApiClient): Promise<CreatedApiClient> {
    const unknown = scopes.filter((scope) => !isClientScope(scope));
    if (unknown.length > 0) throw ValidationFailed.with({ errors: { scopes: unknown.map((scope) => `${scope} is not a scope`) } });
    if (scopes.length === 0) throw ValidationFailed.with({ errors: { scopes: ['Give at least one scope'] } });
    const { tenantId } = tx.ctx;
    const [tenant] = await tx.query<{ mode: 'live' | 'sandbox' }>('select mode from tenant where id = $1', [tenantId]);
    if (!tenant) throw NotFound.with();
    const [id, clientId, secret] = [newId(), newClientId(tenantId), newClientSecret(tenant.mode)];
    const granted = [...new Set(scopes)] as ClientScope[];
    const listed = networks === undefined || networks === 'approved' ? null : [...networks];
    const networkRule = listed ? 'listed' : networks === 'approved' ? 'approved' : 'anywhere';
    await tx.repository(ApiClient).insert({
      tenantId,
      id,
      clientId,
      name,
      secretHash: secret.hash,
      secretPrefix: secret.prefix,
      secretLast4: secret.last4,
      scopes: granted,
      expiresAt: expiresAt ?? null,
      networkRule,
      allowedNetworks: listed,
    });
    tx.audit(ApiClientCreated, {
      target: { type: 'api_client', id },
      after: { name, client_id: clientId, scopes: granted, expires_at: expiresAt ?? null, networks: listed ?? networkRule },
    });
    return { id, clientId, clientSecret: secret.text };
  }
}
