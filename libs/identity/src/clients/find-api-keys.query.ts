import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { ClientScope } from '../permissions.js';
import type { NetworkRule } from './client-networks.js';

/** What is told of a secret: enough to know it by, not to use it. */
export interface SecretView {
  readonly prefix: string;
  readonly last4: string | null;
  readonly lastUsedAt: Date | null;
}

/** A client as its tenant sees it. */
export interface ApiKeyView extends SecretView {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly ClientScope[];
  readonly status: ApiKeyStatus;
  readonly networkRule: NetworkRule;
  readonly allowedNetworks: readonly string[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly secretCreatedAt: Date;
  /** The secret before, while it still works. */
  readonly previousSecret: (SecretView & { readonly expiresAt: Date }) | null;
}

export const API_KEY_STATUSES = ['active', 'expired', 'revoked'] as const;

/** `expired` keys ended by themselves. */
export type ApiKeyStatus = (typeof API_KEY_STATUSES)[number];

/** Which keys, and which page of them. */
export interface ApiKeyPage {
  readonly status?: ApiKeyStatus;
  readonly limit: number;
  readonly offset: number;
}

type Row = Omit<ApiKeyView, 'previousSecret'> & {
  previousPrefix: string;
  previousLast4: string | null;
  previousLastUsedAt: Date | null;
  previousExpiresAt: Date | null;
};

const STATUS = `case when c.status = 'active' and c.expires_at <= now() then 'expired' else c.status end`;
const COLUMNS = `c.id, c.client_id as "clientId", c.name, c.secret_prefix as prefix, c.secret_last4 as last4,
  c.secret_last_used_at as "lastUsedAt", c.scopes, ${STATUS} as status, c.network_rule as "networkRule",
  c.allowed_networks as "allowedNetworks", c.created_at as "createdAt", c.expires_at as "expiresAt", c.revoked_at as "revokedAt",
  coalesce(c.secret_created_at, c.created_at) as "secretCreatedAt", c.previous_secret_prefix as "previousPrefix",
  c.previous_secret_last4 as "previousLast4", c.previous_secret_last_used_at as "previousLastUsedAt",
  case when c.previous_secret_expires_at > now() then c.previous_secret_expires_at end as "previousExpiresAt"`;

/** Reads the API clients of a tenant, never their secrets. */
@Injectable()
export class FindApiKeys {
  /** A page, the newest first. */
  async list(tx: ReadTx<TenantContext>, { status, limit, offset }: ApiKeyPage): Promise<{ keys: ApiKeyView[]; total: number }> {
    const filter = [tx.ctx.tenantId, status ?? null];
    const matching = `from api_client c where c.tenant_id = $1 and ($2::text is null or ${STATUS} = $2)`;
    const [count] = await tx.query<{ total: number }>(`select count(*)::int as total ${matching}`, filter);
    const rows = await tx.query<Row>(`select ${COLUMNS} ${matching} order by c.created_at desc, c.id desc limit $3 offset $4`, [
      ...filter,
      limit,
      offset,
    ]);
    return { keys: rows.map(view), total: count!.total };
  }

  /** Throws `not_found`. */
  async find(tx: ReadTx<TenantContext>, id: string): Promise<ApiKeyView> {
    const [row] = await tx.query<Row>(`select ${COLUMNS} from api_client c where c.tenant_id = $1 and c.id = $2`, [tx.ctx.tenantId, id]);
    if (!row) throw NotFound.with();
    return view(row);
  }
}

const view = ({ previousPrefix, previousLast4, previousLastUsedAt, previousExpiresAt, ...key }: Row): ApiKeyView => ({
  ...key,
  previousSecret: previousExpiresAt && {
    prefix: previousPrefix,
    last4: previousLast4,
    lastUsedAt: previousLastUsedAt,
    expiresAt: previousExpiresAt,
  },
});
