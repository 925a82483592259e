import { CLIENT_NETWORKS, parseNetworks } from './client-networks.js';
import type { Network } from '../networks/network.policy.js';

/** What limits an API client at this moment besides its scopes. */
export interface ClientLimits {
  /** From where it may call; undefined for anywhere. */
  readonly networks: readonly Network[] | undefined;
  /** Ids of its tokens that were taken back before they end. */
  readonly revokedTokens: ReadonlySet<string>;
}

export interface ClientLimitsRow {
  networks: string[] | null;
  revoked_tokens: string[];
}

/** SQL: the limits of the client `c`, as columns of `ClientLimitsRow`. Tokens live for minutes, so few are on the list at a time. */
export const CLIENT_LIMITS = `${CLIENT_NETWORKS} as networks, array(
  select r.token_id::text from revoked_access_token r
  where r.tenant_id = c.tenant_id and r.api_client_id = c.id and r.expires_at > now()) as revoked_tokens`;

export const clientLimits = ({ networks, revoked_tokens }: ClientLimitsRow): ClientLimits => ({
  networks: parseNetworks(networks),
  revokedTokens: new Set(revoked_tokens),
});
