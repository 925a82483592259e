import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { decodeProtectedHeader, type JWTPayload } from 'jose';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { keyIdOf, readAccessClaims, type AccessClaims } from './access-claims.policy.js';
import { AuthenticationFailed } from '../identity.errors.js';
import { TokenSettings } from './token-settings.js';
import { VerificationKeys } from '../signing-keys/verification-keys.js';

/** The name by which passport knows the strategy. */
export const ACCESS_TOKEN = 'access-token';

/** Verifies bearer tokens: ours alone, RS256 alone, from the Authorization header alone (RFC 9068, 4; OAU-03). */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN) {
  constructor(settings: TokenSettings, keys: VerificationKeys) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: ['RS256'],
      issuer: settings.issuer,
      audience: settings.audience,
      secretOrKeyProvider: (_: unknown, token: string, done: (error: unknown, key?: never) => void) => {
        findKey(keys, token).then((key) => done(null, key as never), done);
      },
    });
  }

  /** What the guard finds as the user of the request; false when the claims are not those of an access token of ours. */
  validate(payload: JWTPayload): AccessClaims | false {
    return readAccessClaims(payload, Math.floor(Date.now() / 1000)) ?? false;
  }
}

async function findKey(keys: VerificationKeys, token: string): Promise<KeyObject> {
  const kid = keyIdOf(headerOf(token));
  const key = kid && (await keys.find(kid));
  if (!key) throw AuthenticationFailed.with();
  return key;
}

function headerOf(token: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw AuthenticationFailed.with();
  }
}
