import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, PermissionDenied, type WriteTx } from '@tallystick/platform';
import { ApiClientSecretRegenerated } from './client.acts.js';
import { endKeptTokens } from './end-kept-tokens.js';
import { newClientSecret } from './client-secret.policy.js';
import { scopesBeyond } from '../permissions.js';
import { RolePowers } from '../roles/role-powers.query.js';

interface Row {
  mode: 'live' | 'sandbox';
  in_force: boolean;
  overlapping: boolean;
  network_rule: 'anywhere' | 'approved' | 'listed';
  scopes: string[];
  secret_prefix: string;
  secret_last4: string | null;
}

/**
 * Gives a client a new secret, which is answered this once. The one before works for `overlapSeconds` more, so that servers can be changed
 * over one by one; 0 ends every older one at once. Tokens that are out already stay good, but for those of dialects, which live long or are
 * kept for the client.
 * Throws `not_found`; `permission_denied` for a client that may do what the caller may not, for whoever has the secret does it too;
 * `invalid_state` for a client that has ended, and for an overlap while the last one lasts: a third secret would cut
 * off servers that still use the first.
 */
@Injectable()
export class RegenerateClientSecret {
  constructor(private readonly rolePowers: RolePowers) {}

  async execute(tx: WriteTx<TenantContext>, { id, overlapSeconds }: { id: string; overlapSeconds: number }): Promise<string> {
    const { tenantId } = tx.ctx;
    const { permissions } = await this.rolePowers.ofActingCaller(tx);
    const [client] = await tx.query<Row>(
      `select t.mode, c.status = 'active' and (c.expires_at is null or c.expires_at > now()) as in_force,
         coalesce(c.previous_secret_expires_at > now(), false) as overlapping, c.network_rule, c.scopes, c.secret_prefix, c.secret_last4
       from api_client c join tenant t on t.id = c.tenant_id where c.tenant_id = $1 and c.id = $2 for update of c`,
      [tenantId, id],
    );
    if (!client) throw NotFound.with();
    const beyond = scopesBeyond(permissions, client.scopes);
    if (beyond.length > 0) throw PermissionDenied.with({ message: 'This key may do what you may not', errors: { scopes: beyond } });
    // Else a tenant had a secret that works from networks which nobody approved.
    if (client.network_rule === 'anywhere')
      throw PermissionDenied.with({ message: 'The platform made this key: ask it for another secret' });
    if (!client.in_force) throw InvalidState.with({ message: 'This client has ended' });
    if (client.overlapping && overlapSeconds > 0)
      throw InvalidState.with({ message: 'The secret before this one still works: remove it first, or ask for no overlap' });
    const secret = newClientSecret(client.mode);
    await tx.query(
      `update api_client set
         previous_secret_hash = case when $3 > 0 then secret_hash end, previous_secret_prefix = case when $3 > 0 then secret_prefix end,
         previous_secret_last4 = case when $3 > 0 then secret_last4 end,
         previous_secret_expires_at = case when $3 > 0 then now() + make_interval(secs => $3) end,
         previous_secret_last_used_at = case when $3 > 0 then secret_last_used_at end,
         secret_generation = secret_generation + 1, secret_hash = $4, secret_prefix = $5, secret_last4 = $6, secret_created_at = now(), secret_last_used_at = null
       where tenant_id = $1 and id = $2`,
      [tenantId, id, overlapSeconds, secret.hash, secret.prefix, secret.last4],
    );
    await endKeptTokens(tx, id);
    tx.audit(ApiClientSecretRegenerated, {
      target: { type: 'api_client', id },
      before: { prefix: client.secret_prefix, last4: client.secret_last4 },
      after: { prefix: secret.prefix, last4: secret.last4, overlap_seconds: overlapSeconds },
    });
    return secret.text;
  }
}
