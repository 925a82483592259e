import { isUuid } from '@tallystick/kernel';
import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import { MEMBER_CLIENT, OWN_CLIENT, type TokenBinding } from './access-token-signer.js';
import { tenantOfClientId } from '../clients/client-id.policy.js';
import { permissionsOfScopes, type Permission } from '../permissions.js';

/** What a verified access token says. */
export interface AccessClaims {
  readonly actorType: 'client' | 'user' | 'member';
  /** A client id, or a person's or a member's id. */
  readonly subject: string;
  /** Null for people of the platform. */
  readonly tenantId: string | null;
  /** RFC 9068 `jti`: names the token itself, for taking back this one alone. */
  readonly tokenId: string;
  /** The session of a person, undefined for clients and members. */
  readonly sessionId?: string;
  /** What the token's scopes let a client do; undefined for people, whose roles say it, and for members, who all may the same. */
  readonly permissions?: ReadonlySet<Permission>;
  /** Of clients: the one dialect whose paths the token is good for, and the one member. */
  readonly binding?: TokenBinding;
}

/** Seconds by which the clock of the host that issued a token may be ahead (OAU-04). */
export const CLOCK_LEEWAY_SECONDS = 30;

/**
 * The key id of a token whose header is that of our access tokens (RFC 9068, 4), or undefined. Everything else that a header can
 * ask for, as a key of its own (`jwk`, `jku`, `x5c`) or extensions (`crit`), is not looked at or refused (OAU-03).
 */
export function keyIdOf({ typ, alg, kid, crit }: ProtectedHeaderParameters): string | undefined {
  const isAccessToken = typ !== undefined && /^(application\/)?at\+jwt$/i.test(typ);
  return isAccessToken && alg === 'RS256' && crit === undefined && isUuid(kid) ? kid : undefined;
}

/** Reads the claims of a token whose signature, issuer, audience and expiry are verified; undefined when they do not fit together. */
export function readAccessClaims(payload: JWTPayload, now: number): AccessClaims | undefined {
  const { sub, client_id, tid, sid, scope, iat, exp, jti } = payload;
  if (typeof iat !== 'number' || iat > now + CLOCK_LEEWAY_SECONDS || typeof exp !== 'number' || typeof jti !== 'string') return undefined;
  if (typeof sub !== 'string' || !(tid === null || isUuid(tid))) return undefined;
  if (client_id === OWN_CLIENT && isUuid(sub) && isUuid(sid) && scope === undefined) {
    return { actorType: 'user', subject: sub, tenantId: tid, tokenId: jti, sessionId: sid };
  }
  if (client_id === MEMBER_CLIENT && isUuid(sub) && tid !== null && sid === undefined && scope === undefined) {
    return { actorType: 'member', subject: sub, tenantId: tid, tokenId: jti };
  }
  if (client_id !== sub || tid === null || tenantOfClientId(sub) !== tid || typeof scope !== 'string') return undefined;
  const binding = bindingOf(payload);
  const permissions = new Set(permissionsOfScopes(scope.split(' ')));
  return { actorType: 'client', subject: sub, tenantId: tid, tokenId: jti, permissions, ...(binding && { binding }) };
}

function bindingOf({ dialect, member_id, gen }: JWTPayload): TokenBinding | undefined {
  if (typeof dialect !== 'string') return undefined;
  return { dialect, ...(typeof member_id === 'string' && { memberId: member_id }), ...(typeof gen === 'number' && { generation: gen }) };
}
