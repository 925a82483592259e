import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ValidationFailed, type WriteTx } from '@tallystick/platform';
import { NetworkNotAllowed } from '../networks/network.errors.js';
import { TooManyApiKeys } from './client.errors.js';
import { NetworkAllowlist } from '../networks/network-allowlist.query.js';
import { canonicalNetwork, isWithin, parseNetwork, RefusedNetwork, type Network } from '../networks/network.policy.js';
import { scopesBeyond } from '../permissions.js';
import { RolePowers } from '../roles/role-powers.query.js';
import { CreateApiClient, type CreatedApiClient } from './create-api-client.operation.js';

const MOST_KEYS = 100;

/** What a tenant says of a key that it makes itself. */
export interface OwnApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date;
  /** Some of the approved networks, or parts of them; left out, all that are approved at any time. */
  readonly allowedCidrs?: readonly string[];
}

/**
 * Makes an API client for the caller's own tenant. It works from approved networks alone, and can do no more than whoever makes it.
 * Throws `network_not_allowed` while no network of the tenant is approved, `validation_error` for networks outside the approved ones,
 * scopes beyond the caller's own permissions and an expiry that has passed, `api_keys_exhausted` beyond 100 keys in force.
 */
@Injectable()
export class CreateOwnApiKey {
  constructor(
    private readonly createApiClient: CreateApiClient,
    private readonly allowlist: NetworkAllowlist,
    private readonly rolePowers: RolePowers,
  ) {}

  async execute(tx: WriteTx<TenantContext>, key: OwnApiKey): Promise<CreatedApiClient> {
    const approved = await this.allowlist.approved(tx);
    if (approved.length === 0) throw NetworkNotAllowed.with({ message: 'A network of yours must be approved before you can make a key' });
    const { permissions } = await this.rolePowers.ofActingCaller(tx);
    const beyond = scopesBeyond(permissions, key.scopes);
    if (beyond.length > 0) throw ValidationFailed.with({ errors: { scopes: beyond.map((scope) => `You may not give ${scope} yourself`) } });
    if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
      throw ValidationFailed.with({ errors: { expires_at: ['Must be in the future.'] } });
    const networks = key.allowedCidrs ? subsetOf(approved, key.allowedCidrs) : 'approved';
    await this.checkRoom(tx);
    return this.createApiClient.execute(tx, { name: key.name, scopes: key.scopes, expiresAt: key.expiresAt, networks });
  }

  private async checkRoom(tx: WriteTx<TenantContext>): Promise<void> {
    const { tenantId } = tx.ctx;
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('api_client ' || $1, 0))`, [tenantId]);
    const [count] = await tx.query<{ keys: number }>(
      `select count(*)::int as keys from api_client
       where tenant_id = $1 and status = 'active' and (expires_at is null or expires_at > now())`,
      [tenantId],
    );
    if (count!.keys >= MOST_KEYS) throw TooManyApiKeys.with();
  }
}

function subsetOf(approved: readonly Network[], texts: readonly string[]): string[] {
  const problems: string[] = [];
  const networks = texts.flatMap((text) => {
    try {
      const network = canonicalNetwork(text);
      if (isWithin(parseNetwork(network), approved)) return [network];
      problems.push(`${network} is not within an approved network`);
    } catch (error) {
      if (!(error instanceof RefusedNetwork)) throw error;
      problems.push(error.message);
    }
    return [];
  });
  if (problems.length > 0) throw ValidationFailed.with({ errors: { allowed_cidrs: [...new Set(problems)] } });
  return [...new Set(networks)];
}
