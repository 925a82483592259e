import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { InvalidClient, UnauthorizedClient } from '../identity.errors.js';
import { NetworkNotAllowed } from '../networks/network.errors.js';
import type { ClientScope } from '../permissions.js';
import { CLIENT_NETWORKS, mayCallFrom, parseNetworks } from './client-networks.js';
import type { ClientCredentials } from './client-request.policy.js';
import { isClientSecret } from './client-secret.policy.js';

/** A client that has shown its secret. */
export interface AuthenticatedClient {
  /** Of its row: how it is recorded. */
  readonly id: string;
  readonly clientId: string;
  readonly scopes: readonly ClientScope[];
  /** Counts its secrets. */
  readonly generation: number;
}

interface ClientRow {
  id: string;
  secret_hash: Buffer;
  previous_secret_hash: Buffer | null;
  scopes: ClientScope[];
  secret_generation: number;
  in_force: boolean;
  tenant_active: boolean;
  networks: string[] | null;
}

/**
 * Lets an API client of the context's tenant prove itself by its secret, the present one or the one before while their time overlaps.
 * The address is that of the context, and is looked at before any secret is compared (OAU-10).
 * Throws `network_not_allowed`; `invalid_client`, the same for an unknown, revoked or expired client and a wrong secret;
 * `unauthorized_client` when the tenant is suspended.
 */
@Injectable()
export class AuthenticateClient {
  async execute(tx: WriteTx<TenantContext>, { clientId, clientSecret }: ClientCredentials): Promise<AuthenticatedClient> {
    const client = await this.find(tx, clientId);
    if (client && !mayCallFrom(tx.ctx.origin?.address, parseNetworks(client.networks))) throw NetworkNotAllowed.with();
    const isPresent = isClientSecret(clientSecret, client?.secret_hash);
    const isPrevious = isClientSecret(clientSecret, client?.previous_secret_hash);
    if (!client?.in_force || !(isPresent || isPrevious)) throw InvalidClient.with();
    if (!client.tenant_active) throw UnauthorizedClient.with();
    await this.noteUse(tx, client.id, isPresent ? 'secret' : 'previous_secret');
    return { id: client.id, clientId, scopes: client.scopes, generation: client.secret_generation };
  }

  private async find(tx: WriteTx<TenantContext>, clientId: string): Promise<ClientRow | undefined> {
    const [row] = await tx.query<ClientRow>(
      `select c.id, c.secret_hash, c.scopes, c.secret_generation, t.status = 'active' as tenant_active,
         c.status = 'active' and (c.expires_at is null or c.expires_at > now()) as in_force,
         case when c.previous_secret_expires_at > now() then c.previous_secret_hash end as previous_secret_hash, ${CLIENT_NETWORKS} as networks
       from api_client c join tenant t on t.id = c.tenant_id where c.tenant_id = $1 and c.client_id = $2`,
      [tx.ctx.tenantId, clientId],
    );
    return row;
  }

  /** To the minute: token calls of one client that come together must not wait for each other's row. */
  private async noteUse(tx: WriteTx<TenantContext>, id: string, secret: 'secret' | 'previous_secret'): Promise<void> {
    await tx.query(
      `update api_client set last_used_at = now(), ${secret}_last_used_at = now()
       where tenant_id = $1 and id = $2 and (${secret}_last_used_at is null or ${secret}_last_used_at < now() - interval '1 minute')`,
      [tx.ctx.tenantId, id],
    );
  }
}
