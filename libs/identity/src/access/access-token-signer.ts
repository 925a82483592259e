import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { SignJWT } from 'jose';
import { RotateSigningKey, signingKeyAad } from '../signing-keys/rotate-signing-key.operation.js';
import { TokenSettings } from './token-settings.js';

/** Seconds that an access token lives (OAU-09). */
export const ACCESS_TOKEN_SECONDS = 900;

/** The client in whose name people sign in with a password: ours. */
export const OWN_CLIENT = 'tallystick';

/** The client in whose name members act for themselves. */
export const MEMBER_CLIENT = 'tallystick-members';

/** What a token is good for where it is not good for everything: the paths of one dialect, and there for one member if it names one. */
export interface TokenBinding {
  readonly dialect: string;
  readonly memberId?: string;
  /** Of the client's secret when the token was given: a new secret ends it. Left out where tokens are kept, and ended by that. */
  readonly generation?: number;
}

/** Whom a token is for. */
export interface TokenGrant {
  /** The client id, or a person's or a member's id. */
  readonly subject: string;
  /** RFC 9068 `client_id`: the subject itself where a client speaks for itself. */
  readonly clientId: string;
  readonly tenantId: string | null;
  /** For people: the session that the token is of. */
  readonly sessionId?: string;
  /** For clients: what the token lets them do, at most what the client may. */
  readonly scope?: readonly string[];
  /** `ACCESS_TOKEN_SECONDS` from now when left out. */
  readonly expiresAt?: Date;
  /** Made when left out. */
  readonly tokenId?: string;
  readonly binding?: TokenBinding;
}

/** Signs access tokens as RFC 9068 has them, with the tenant as `tid`. */
@Injectable()
export class AccessTokenSigner {
  private current?: { readonly kid: string; readonly key: KeyObject };

  constructor(
    private readonly settings: TokenSettings,
    private readonly keyring: Keyring,
    private readonly rotateSigningKey: RotateSigningKey,
  ) {}

  /** A signed token. Its time is that of the machine's clock: a sandbox's own clock moves no credential. */
  async sign(tx: WriteTx, grant: TokenGrant): Promise<string> {
    const { subject, clientId, tenantId, sessionId, scope, expiresAt, tokenId, binding } = grant;
    const { kid, key } = await this.signingKey(tx);
    const issuedAt = Math.floor(Date.now() / 1000);
    return new SignJWT({
      client_id: clientId,
      tid: tenantId,
      ...(sessionId && { sid: sessionId }),
      ...(scope && { scope: scope.join(' ') }),
      ...(binding && { dialect: binding.dialect }),
      ...(binding?.memberId !== undefined && { member_id: binding.memberId }),
      ...(binding?.generation !== undefined && { gen: binding.generation }),
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
      .setIssuer(this.settings.issuer)
      .setAudience(this.settings.audience)
      .setSubject(subject)
      .setJti(tokenId ?? randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt ? Math.floor(expiresAt.getTime() / 1000) : issuedAt + ACCESS_TOKEN_SECONDS)
      .sign(key);
  }

  /** Signs a statement of the platform that is no token: its type says what it is, and it is for nobody in particular. */
  async signStatement(tx: WriteTx, type: string, claims: Record<string, unknown>): Promise<string> {
    const { kid, key } = await this.signingKey(tx);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: type, kid })
      .setIssuer(this.settings.issuer)
      .setJti(randomUUID())
      .setIssuedAt()
      .sign(key);
  }

  /** The current key, made by whoever needs it first; a rotation by another process is seen at once. */
  private async signingKey(tx: WriteTx): Promise<{ kid: string; key: KeyObject }> {
    const [row] = await tx.query<{ kid: string; private_key: string | null }>(
      `select kid, case when kid is distinct from $1::text then private_key end as private_key from signing_key where status = 'current'`,
      [this.current?.kid ?? null],
    );
    if (!row) {
      await this.rotateSigningKey.executeFirst(tx);
      return this.signingKey(tx);
    }
    if (row.private_key !== null) {
      const der = this.keyring.decrypt(row.private_key, signingKeyAad(row.kid));
      this.current = { kid: row.kid, key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
    }
    return this.current as { kid: string; key: KeyObject };
  }
}
