import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import {
  DefineAsset,
  OpenAccounts,
  PostTransactions,
  houseAccountId,
  ownerAccountId,
  type LedgerCommand,
  type Verdict,
} from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import pg from 'pg';

/** A tenant with one points asset, for tests of the ledger alone. */
export interface LedgerFixture {
  readonly ctx: TenantContext;
  readonly assetId: string;
  readonly issuance: string;
  readonly redeemed: string;
  readonly expired: string;
  openAccount(lotted?: boolean): Promise<string>;
  post(...commands: LedgerCommand[]): Promise<Verdict[]>;
  /** The same tenant, its clock ahead by so many milliseconds. */
  ahead(ms: number): LedgerFixture;
}

/** Inserts an organization and a tenant as the owner of the tables would, past row-level security. */
export async function insertTenant(ownerUrl: string, slug = `t-${newId().slice(-12)}`, mode: 'live' | 'sandbox' = 'live'): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const [organization, tenant] = [newId(), newId()];
  await client.query('insert into organization (id, name) values ($1, $2)', [organization, `Organization of ${slug}`]);
  await client.query('insert into tenant (id, organization_id, slug, name, mode, timezone, currency) values ($1, $2, $3, $3, $4, $5, $6)', [
    tenant,
    organization,
    slug,
    mode,
    'Asia/Kolkata',
    'USD',
  ]);
  await client.end();
  return tenant;
}

/** Defines the asset and its house accounts, and answers the handles. */
export async function ledgerFixture(uow: UnitOfWork, tenantId: string, scale = 0): Promise<LedgerFixture> {
  const assetId = newId();
  const ctx = requestContext({ tenantId, actor: { type: 'system' as const, id: 'test' }, requestId: 'test-request' });
  await uow.run(ctx, (tx) => new DefineAsset().execute(tx, { id: assetId, code: `asset-${assetId}`, kind: 'points', scale }));
  const handles = (context: TenantContext): LedgerFixture => ({
    ctx: context,
    assetId,
    issuance: houseAccountId(assetId, 'issuance'),
    redeemed: houseAccountId(assetId, 'redeemed'),
    expired: houseAccountId(assetId, 'expired'),
    async openAccount(lotted = true) {
      const ownerId = newId();
      await uow.run(context, (tx) => new OpenAccounts().execute(tx, [{ assetId, ownerId, ownerType: 'member', lotted }]));
      return ownerAccountId(assetId, ownerId);
    },
    post: (...commands) => uow.run(context, (tx) => new PostTransactions().execute(tx, commands)),
    ahead: (ms) => handles(requestContext({ ...context, clockOffsetMs: context.clockOffsetMs + ms })),
  });
  return handles(ctx);
}
