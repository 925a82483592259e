import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { AccessTokenSigner } from '../access/access-token-signer.js';
import { AuthenticateClient } from './authenticate-client.operation.js';
import type { ClientCredentials } from './client-request.policy.js';
import type { KeptToken } from './keep-client-token.operation.js';

/** Whose token is asked for, on the paths of which dialect, and how long it lives. */
export interface DialectTokenRequest extends ClientCredentials {
  readonly dialect: string;
  readonly seconds: number;
}

/**
 * Gives an API client of the context's tenant a new access token that is good on the paths of one dialect, with all scopes of the client,
 * for as long as the dialect says. A new secret ends it, as does the end of the client. Throws what `AuthenticateClient` throws.
 */
@Injectable()
export class IssueDialectToken {
  constructor(
    private readonly signer: AccessTokenSigner,
    private readonly authenticateClient: AuthenticateClient,
  ) {}

  async execute(tx: WriteTx<TenantContext>, { dialect, seconds, ...credentials }: DialectTokenRequest): Promise<KeptToken> {
    const { clientId, scopes, generation } = await this.authenticateClient.execute(tx, credentials);
    const expiresAt = new Date((Math.floor(Date.now() / 1_000) + seconds) * 1_000);
    const binding = { dialect, generation };
    const { tenantId } = tx.ctx;
    const token = await this.signer.sign(tx, {
      subject: clientId,
      clientId,
      tenantId,
      scope: scopes,
      tokenId: newId(),
      expiresAt,
      binding,
    });
    return { token, expiresAt };
  }
}
