import { Injectable } from '@nestjs/common';
import type { WriteTx } from '@tallystick/platform';
import { ACCESS_TOKEN_SECONDS, AccessTokenSigner, OWN_CLIENT } from '../access/access-token-signer.js';

/** What a session is carried by where there is no cookie. */
export interface TokenPair {
  readonly accessToken: string;
  /** Seconds that the access token lives. */
  readonly expiresIn: number;
  /** Gets the next pair, once. */
  readonly refreshToken: string;
}

/** Makes the tokens of a session. */
@Injectable()
export class TokenPairs {
  constructor(private readonly signer: AccessTokenSigner) {}

  async of(tx: WriteTx, userId: string, tenantId: string | null, sessionId: string, refreshToken: string): Promise<TokenPair> {
    const accessToken = await this.signer.sign(tx, { subject: userId, clientId: OWN_CLIENT, tenantId, sessionId });
    return { accessToken, expiresIn: ACCESS_TOKEN_SECONDS, refreshToken };
  }
}
