import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { InvalidRequest } from '../identity.errors.js';
import { AccessTokenRevoked } from './client.acts.js';
import type { ReadAccessToken } from './access-token-reader.js';
import type { AuthenticatedClient } from './authenticate-client.operation.js';

/**
 * Takes back an access token of the client's own before it ends (RFC 7009). Within a second no process accepts it; its id is kept until the
 * token would have ended. A token that was taken back before stays so. Throws `invalid_request` for a token of another client.
 */
@Injectable()
export class RevokeAccessToken {
  async execute(tx: WriteTx<TenantContext>, client: AuthenticatedClient, { claims, payload }: ReadAccessToken): Promise<void> {
    if (claims.actorType !== 'client' || claims.subject !== client.clientId)
      throw InvalidRequest.with({ message: 'The token was issued to another client' });
    const { tenantId } = tx.ctx;
    await tx.query('delete from revoked_access_token where tenant_id = $1 and expires_at < now()', [tenantId]);
    const revoked = await tx.query(
      `insert into revoked_access_token (tenant_id, token_id, api_client_id, expires_at)
       values ($1, $2, $3, to_timestamp($4)) on conflict (tenant_id, token_id) do nothing returning token_id`,
      [tenantId, claims.tokenId, client.id, payload.exp],
    );
    if (revoked.length > 0) tx.audit(AccessTokenRevoked, { target: { type: 'access_token', id: claims.tokenId } });
  }
}
