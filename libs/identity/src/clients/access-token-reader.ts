import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { keyIdOf, readAccessClaims, type AccessClaims } from '../access/access-claims.policy.js';
import { TokenSettings } from '../access/token-settings.js';
import { VerificationKeys } from '../signing-keys/verification-keys.js';

/** An access token of ours whose signature, issuer, audience and time are good; whether it was taken back is asked elsewhere. */
export interface ReadAccessToken {
  readonly claims: AccessClaims;
  readonly payload: JWTPayload;
}

/** Reads access tokens that are sent to be looked at, not to be used, by the rules that the guard has for those it lets in (RFC 9068, 4). */
@Injectable()
export class AccessTokenReader {
  constructor(
    private readonly settings: TokenSettings,
    private readonly keys: VerificationKeys,
  ) {}

  /** The token's content; undefined for anything that is not a valid access token of ours. */
  async read(token: string): Promise<ReadAccessToken | undefined> {
    const payload = await this.verify(token);
    const claims = payload && readAccessClaims(payload, Math.floor(Date.now() / 1000));
    return claims && { claims, payload };
  }

  private async verify(token: string): Promise<JWTPayload | undefined> {
    const { issuer, audience } = this.settings;
    try {
      const { payload } = await jwtVerify(
        token,
        async (header) => {
          const kid = keyIdOf(header);
          const key = kid && (await this.keys.find(kid));
          if (!key) throw new errors.JWKSNoMatchingKey();
          return key;
        },
        { issuer, audience, algorithms: ['RS256'] },
      );
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
