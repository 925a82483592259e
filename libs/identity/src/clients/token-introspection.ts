import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Standings } from '../access/standings.js';
import type { Permission } from '../permissions.js';
import { isTakenBack } from './client-limits.js';
import { AccessTokenReader } from './access-token-reader.js';

/** What RFC 7662, 2.2 says of a token that is good at this moment. */
export interface ActiveToken {
  readonly active: true;
  readonly token_type: 'Bearer';
  readonly client_id: string;
  readonly sub: string;
  readonly iss: string;
  readonly aud: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  /** Of clients: what the token still lets them do, separated by spaces. */
  readonly scope?: string;
}

export type Introspection = ActiveToken | { readonly active: false };

const INACTIVE: Introspection = { active: false };

/** Tells a client whether a token is good (RFC 7662). For the edge: what it asks may open transactions of its own. */
@Injectable()
export class TokenIntrospection {
  constructor(
    private readonly reader: AccessTokenReader,
    private readonly standings: Standings,
  ) {}

  /** Tokens of the caller's own tenant alone: of all others nothing is told, not even whether they are ours. */
  async of(caller: TenantContext, token: string): Promise<Introspection> {
    const read = await this.reader.read(token);
    if (!read || read.claims.tenantId !== caller.tenantId) return INACTIVE;
    const { claims, payload } = read;
    const standing = await this.standings.of(claims);
    if (!standing?.tenantActive || (standing.client && isTakenBack(claims, standing.client))) return INACTIVE;
    const scope = typeof payload.scope === 'string' ? stillGood(payload.scope, standing.permissions) : undefined;
    const { client_id, sub, iss, aud, jti, iat, exp } = payload as unknown as Omit<ActiveToken, 'active' | 'token_type' | 'scope'>;
    return { active: true, token_type: 'Bearer', client_id, sub, iss, aud, jti, iat, exp, ...(scope !== undefined && { scope }) };
  }
}

const stillGood = (scope: string, permissions: ReadonlySet<Permission>): string =>
  scope
    .split(' ')
    .filter((one) => permissions.has(one as Permission))
    .join(' ');
