import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { ACCESS_TOKEN_SECONDS, AccessTokenSigner } from '../access/access-token-signer.js';
import { isClientSecret } from './client-secret.policy.js';
import { InvalidClient, InvalidScope, UnauthorizedClient } from '../identity.errors.js';
import type { ClientScope } from '../permissions.js';
import type { TokenRequest } from './token-request.policy.js';

/** The answer of the token endpoint (RFC 6749, 5.1). */
export interface IssuedClientToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  /** What was granted, separated by spaces. */
  readonly scope: string;
}

interface ClientRow {
  id: string;
  secret_hash: Buffer;
  scopes: ClientScope[];
  status: 'active' | 'revoked';
  tenant_active: boolean;
}

/**
 * Gives an API client of the context's tenant an access token for its secret. Without a scope it gets all of the client's (RFC 6749, 3.3).
 * Throws `invalid_client`, the same for an unknown or revoked client and a wrong secret; `unauthorized_client` when the tenant is
 * suspended; `invalid_scope` for a scope that the client does not have (OAU-08).
 */
@Injectable()
export class IssueClientToken {
  constructor(private readonly signer: AccessTokenSigner) {}

  async execute(tx: WriteTx<TenantContext>, { clientId, clientSecret, scope }: TokenRequest): Promise<IssuedClientToken> {
    const client = await this.find(tx, clientId);
    if (!isClientSecret(clientSecret, client?.secret_hash) || client?.status !== 'active') throw InvalidClient.with();
    if (!client.tenant_active) throw UnauthorizedClient.with();
    const granted = scope ?? client.scopes;
    if (!granted.every((one) => (client.scopes as string[]).includes(one))) throw InvalidScope.with();
    await this.noteUse(tx, client.id);
    const access_token = await this.signer.sign(tx, { subject: clientId, clientId, tenantId: tx.ctx.tenantId, scope: granted });
    return { access_token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, scope: granted.join(' ') };
  }

  private async find(tx: WriteTx<TenantContext>, clientId: string): Promise<ClientRow | undefined> {
    const [row] = await tx.query<ClientRow>(
      `select c.id, c.secret_hash, c.scopes, c.status, t.status = 'active' as tenant_active
       from api_client c join tenant t on t.id = c.tenant_id where c.tenant_id = $1 and c.client_id = $2`,
      [tx.ctx.tenantId, clientId],
    );
    return row;
  }

  /** To the minute: token calls of one client that come together must not wait for each other's row. */
  private async noteUse(tx: WriteTx<TenantContext>, id: string): Promise<void> {
    await tx.query(
      `update api_client set last_used_at = now()
       where tenant_id = $1 and id = $2 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
      [tx.ctx.tenantId, id],
    );
  }
}
