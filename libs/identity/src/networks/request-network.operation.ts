import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { Duplicate, PermissionDenied, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { NetworkRequested } from './network.acts.js';
import { AllowlistFull } from './network.errors.js';
import { ALLOWLIST_COLUMNS, type AllowlistEntry } from './allowlist-entry.js';
import { canonicalNetwork, RefusedNetwork } from './network.policy.js';

const MOST_ENTRIES = 100;

/** What a tenant says of a network that it wants to call from. */
export interface NetworkRequest {
  /** CIDR notation, or a single address. */
  readonly cidr: string;
  readonly label: string;
  readonly justification: string;
}

/**
 * Asks the platform to let the tenant's API keys be used from a network. It lets nobody in before it is approved.
 * Throws `validation_error` for what is no network or too wide a one, `duplicate` when it is asked for or approved already,
 * `network_allowlist_full` beyond 100 entries.
 */
@Injectable()
export class RequestNetwork {
  async execute(tx: WriteTx<TenantContext>, { cidr, label, justification }: NetworkRequest): Promise<AllowlistEntry> {
    const { tenantId, actor } = tx.ctx;
    if (actor.type !== 'user') throw PermissionDenied.with({ message: 'A person must ask for a network' });
    const network = readNetwork(cidr);
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('network_allowlist ' || $1, 0))`, [tenantId]);
    const [{ same, total }] = (await tx.query<{ same: boolean; total: number }>(
      `select coalesce(bool_or(network = $2::cidr), false) as same, count(*)::int as total
       from network_allowlist where tenant_id = $1 and status in ('requested', 'approved')`,
      [tenantId, network],
    )) as [{ same: boolean; total: number }];
    if (same)
      throw Duplicate.with({ message: 'This network is on the list already', errors: { cidr: [`${network} is on the list already`] } });
    if (total >= MOST_ENTRIES) throw AllowlistFull.with();
    const [entry] = (await tx.query<AllowlistEntry>(
      `insert into network_allowlist as n (tenant_id, id, network, label, justification, requested_by)
       values ($1, $2, $3, $4, $5, $6) returning ${ALLOWLIST_COLUMNS}`,
      [tenantId, newId(), network, label, justification, actor.id],
    )) as [AllowlistEntry];
    tx.audit(NetworkRequested, { target: { type: 'network', id: entry.id }, after: { network, label, justification } });
    return entry;
  }
}

function readNetwork(text: string): string {
  try {
    return canonicalNetwork(text);
  } catch (error) {
    if (error instanceof RefusedNetwork) throw ValidationFailed.with({ errors: { cidr: [error.message] } });
    throw error;
  }
}
