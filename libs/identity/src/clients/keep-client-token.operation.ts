import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { AccessTokenSigner, type TokenBinding } from '../access/access-token-signer.js';
import { AuthenticateClient, type AuthenticatedClient } from './authenticate-client.operation.js';
import type { ClientCredentials } from './client-request.policy.js';

/** Whose token is asked for, and how long it lives. */
export interface KeptTokenRequest extends ClientCredentials {
  /** The dialect that keeps the token, and the member to whom it is bound, if to one. */
  readonly binding: TokenBinding;
  /** How long a new token lives; one that is there keeps its own end. */
  readonly seconds: number;
}

/** A token with its end. */
export interface KeptToken {
  readonly token: string;
  readonly expiresAt: Date;
}

interface Row {
  token_id: string;
  sealed: string;
  expires_at: Date;
}

/**
 * Gives a client of the context's tenant the access token that it was given before, as long as that has not lapsed, and a new one then:
 * whatever process is asked gives the same one. It is kept sealed. A new secret ends it at once (`endKeptTokens`).
 * Throws what `AuthenticateClient` throws.
 */
@Injectable()
export class KeepClientToken {
  constructor(
    private readonly signer: AccessTokenSigner,
    private readonly authenticateClient: AuthenticateClient,
    private readonly keyring: Keyring,
  ) {}

  async execute(tx: WriteTx<TenantContext>, { binding, seconds, ...credentials }: KeptTokenRequest): Promise<KeptToken> {
    // Before the secret is looked at: a new one that is made meanwhile waits, or is the one to be shown.
    await tx.query('select from api_client where tenant_id = $1 and client_id = $2 for no key update', [
      tx.ctx.tenantId,
      credentials.clientId,
    ]);
    const client = await this.authenticateClient.execute(tx, credentials);
    const name = nameOf(binding);
    const [row] = await tx.query<Row>(
      `select k.token_id, k.sealed, k.expires_at from kept_access_token k
       where k.tenant_id = $1 and k.api_client_id = $2 and k.binding = $3 and k.expires_at > now() and not exists (
         select from revoked_access_token r where r.tenant_id = k.tenant_id and r.token_id = k.token_id)`,
      [tx.ctx.tenantId, client.id, name],
    );
    if (!row) return this.make(tx, client, name, { binding, seconds });
    return { token: this.keyring.decrypt(row.sealed, aad(tx.ctx, row.token_id)).toString('utf8'), expiresAt: row.expires_at };
  }

  private async make(
    tx: WriteTx<TenantContext>,
    { id, clientId, scopes }: AuthenticatedClient,
    name: string,
    { binding, seconds }: Pick<KeptTokenRequest, 'binding' | 'seconds'>,
  ): Promise<KeptToken> {
    const { tenantId } = tx.ctx;
    const tokenId = newId();
    const expiresAt = new Date((Math.floor(Date.now() / 1_000) + seconds) * 1_000);
    const token = await this.signer.sign(tx, { subject: clientId, clientId, tenantId, scope: scopes, tokenId, expiresAt, binding });
    await tx.query(
      `insert into kept_access_token (tenant_id, api_client_id, binding, token_id, sealed, expires_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (tenant_id, api_client_id, binding)
       do update set token_id = excluded.token_id, sealed = excluded.sealed, expires_at = excluded.expires_at`,
      [tenantId, id, name, tokenId, this.keyring.encrypt(token, aad(tx.ctx, tokenId)), expiresAt],
    );
    return { token, expiresAt };
  }
}

const nameOf = ({ dialect, memberId }: TokenBinding): string => (memberId === undefined ? dialect : `${dialect}/${memberId}`);
const aad = ({ tenantId }: TenantContext, tokenId: string): string => `kept_access_token/${tenantId}/${tokenId}`;
