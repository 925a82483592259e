import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { ACCESS_TOKEN_SECONDS, AccessTokenSigner } from '../access/access-token-signer.js';
import { AuthenticateClient } from './authenticate-client.operation.js';
import { InvalidScope } from '../identity.errors.js';
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

/**
 * Gives an API client of the context's tenant an access token for its secret. Without a scope it gets all of the client's (RFC 6749, 3.3).
 * Throws what `AuthenticateClient` throws, and `invalid_scope` for a scope that the client does not have (OAU-08).
 */
@Injectable()
export class IssueClientToken {
  constructor(
    private readonly signer: AccessTokenSigner,
    private readonly authenticateClient: AuthenticateClient,
  ) {}

  async execute(tx: WriteTx<TenantContext>, { scope, ...credentials }: TokenRequest): Promise<IssuedClientToken> {
    const { clientId, scopes } = await this.authenticateClient.execute(tx, credentials);
    const granted = scope ?? scopes;
    if (!granted.every((one) => (scopes as readonly string[]).includes(one))) throw InvalidScope.with();
    const access_token = await this.signer.sign(tx, { subject: clientId, clientId, tenantId: tx.ctx.tenantId, scope: granted });
    return { access_token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, scope: granted.join(' ') };
  }
}
