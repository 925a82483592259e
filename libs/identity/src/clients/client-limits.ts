import { CLIENT_NETWORKS, parseNetworks } from './client-networks.js';
import type { AccessClaims } from '../access/access-claims.policy.js';
import type { Network } from '../networks/network.policy.js';

/** What limits an API client at this moment besides its scopes. */
export interface ClientLimits {
  /** From where it may call; undefined for anywhere. */
  readonly networks: readonly Network[] | undefined;
  /** Ids of its tokens that were taken back before they end. */
  readonly revokedTokens: ReadonlySet<string>;
  /** Counts its secrets: tokens that name an earlier one have ended. */
  readonly generation: number;
}

export interface ClientLimitsRow {
  networks: string[] | null;
  revoked_tokens: string[];
  secret_generation: number;
}

/** SQL: the limits of the client `c`, as columns of `ClientLimitsRow`. Most tokens live for minutes, so few are on the list at a time. */
export const CLIENT_LIMITS = `${CLIENT_NETWORKS} as networks, c.secret_generation, array(
  select r.token_id::text from revoked_access_token r
  where r.tenant_id = c.tenant_id and r.api_client_id = c.id and r.expires_at > now()) as revoked_tokens`;

export const clientLimits = ({ networks, revoked_tokens, secret_generation }: ClientLimitsRow): ClientLimits => ({
  networks: parseNetworks(networks),
  revokedTokens: new Set(revoked_tokens),
  generation: secret_generation,
});

/** Whether a token of a client was taken back before its end: by itself, or by a new secret. */
export const isTakenBack = ({ tokenId, binding }: AccessClaims, { revokedTokens, generation }: ClientLimits): boolean =>
  revokedTokens.has(tokenId) || (binding?.generation !== undefined && binding.generation !== generation);
