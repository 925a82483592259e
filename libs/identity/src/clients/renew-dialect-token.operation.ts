import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { AccessTokenSigner } from '../access/access-token-signer.js';
import { AuthenticationFailed } from '../identity.errors.js';
import type { ReadAccessToken } from './access-token-reader.js';
import type { KeptToken } from './keep-client-token.operation.js';

/** The token that comes to its end, which the guard let in. */
export interface TokenRenewal {
  readonly token: ReadAccessToken;
  readonly seconds: number;
}

/**
 * Gives a client another access token for one of a dialect that comes to its end, good for the same. Throws `authentication_failed` for a
 * token that is no client's, or of no dialect.
 */
@Injectable()
export class RenewDialectToken {
  constructor(private readonly signer: AccessTokenSigner) {}

  async execute(tx: WriteTx<TenantContext>, { token: { claims, payload }, seconds }: TokenRenewal): Promise<KeptToken> {
    const { subject, tenantId, binding } = claims;
    if (tenantId !== tx.ctx.tenantId || !binding || typeof payload.scope !== 'string') throw AuthenticationFailed.with();
    const expiresAt = new Date((Math.floor(Date.now() / 1_000) + seconds) * 1_000);
    const scope = payload.scope.split(' ');
    const token = await this.signer.sign(tx, { subject, clientId: subject, tenantId, scope, tokenId: newId(), expiresAt, binding });
    return { token, expiresAt };
  }
}
