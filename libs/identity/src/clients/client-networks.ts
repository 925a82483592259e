import { isInside, parseNetwork, type Network } from '../networks/network.policy.js';

/**
 * From where a client may call: from `anywhere` (those that the platform makes itself), from all networks that are `approved` for the tenant
 * at the moment, or from those `listed` with it, as far as they are approved still.
 */
export type NetworkRule = 'anywhere' | 'approved' | 'listed';

/** SQL: the networks from which the client `c` may call at this moment, as text; null for anywhere. */
export const CLIENT_NETWORKS = `case c.network_rule
  when 'approved' then array(select n.network::text from network_allowlist n where n.tenant_id = c.tenant_id and n.status = 'approved')
  when 'listed' then array(select l.network::text from unnest(c.allowed_networks) as l(network) where exists (
    select from network_allowlist n where n.tenant_id = c.tenant_id and n.status = 'approved' and n.network >>= l.network))
  end`;

/** Parses what `CLIENT_NETWORKS` answered: undefined for anywhere. */
export const parseNetworks = (texts: readonly string[] | null): readonly Network[] | undefined => texts?.map(parseNetwork);

/** Whether a call may come from an address; without a limit from any, with one from none that is unknown. */
export const mayCallFrom = (address: string | undefined, networks: readonly Network[] | undefined): boolean =>
  networks === undefined || isInside(address, networks);
