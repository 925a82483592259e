import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError, newId, type TenantContext } from '@tallystick/kernel';
import { ACCESS_TOKEN_SECONDS, AccessTokenSigner, type AuthenticatedClient } from '@tallystick/identity';
import type { WriteTx } from '@tallystick/platform';
import { ENKASH } from '../enkash.dialect.js';
import { InvalidGrant } from '../enkash.errors.js';

/** How long a refresh token is good for. */
const REFRESH_HOURS = 24;

/** The answer of the token call (A.5). */
export interface PartnerToken {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly refresh_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: 'read write trust';
}

type Tx = WriteTx<TenantContext>;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Gives partners tokens that are good on the paths of the dialect, and new ones for a refresh token, each of which is good once. */
@Injectable()
export class PartnerTokens {
  constructor(private readonly signer: AccessTokenSigner) {}

  async issue(tx: Tx, { id, clientId, scopes }: AuthenticatedClient, family = newId()): Promise<PartnerToken> {
    const { tenantId } = tx.ctx;
    const access_token = await this.signer.sign(tx, {
      subject: clientId,
      clientId,
      tenantId,
      scope: scopes,
      binding: { dialect: ENKASH.name },
    });
    const refresh_token = randomBytes(32).toString('base64url');
    await tx.query('delete from partner_refresh_token where tenant_id = $1 and api_client_id = $2 and expires_at < now()', [tenantId, id]);
    await tx.query(
      `insert into partner_refresh_token (tenant_id, token_hash, family, api_client_id, expires_at)
       values ($1, $2, $3, $4, now() + make_interval(hours => $5))`,
      [tenantId, hashOf(refresh_token), family, id, REFRESH_HOURS],
    );
    return { access_token, token_type: 'bearer', refresh_token, expires_in: ACCESS_TOKEN_SECONDS, scope: 'read write trust' };
  }

  /** New tokens for a refresh token; undefined for one that is unknown, lapsed or was used before, which ends all that came of it. */
  async refresh(tx: Tx, client: AuthenticatedClient, token: string): Promise<PartnerToken | undefined> {
    const [row] = await tx.query<{ family: string; used: boolean; lapsed: boolean }>(
      `select family, used_at is not null as used, expires_at <= now() as lapsed from partner_refresh_token
       where tenant_id = $1 and token_hash = $2 and api_client_id = $3 for update`,
      [tx.ctx.tenantId, hashOf(token), client.id],
    );
    if (row?.used) await tx.query('delete from partner_refresh_token where tenant_id = $1 and family = $2', [tx.ctx.tenantId, row.family]);
    if (!row || row.used || row.lapsed) return undefined;
    await tx.query('update partner_refresh_token set used_at = now() where tenant_id = $1 and token_hash = $2', [
      tx.ctx.tenantId,
      hashOf(token),
    ]);
    return this.issue(tx, client, row.family);
  }
}

/** Refuses a grant. */
export const invalidGrant = (): DomainError => new DomainError(InvalidGrant);
