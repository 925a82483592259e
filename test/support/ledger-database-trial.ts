import { newId, type TenantContext } from '@tallystick/kernel';
import { HOUSE_PURPOSES, houseAccountId, OpenAccounts } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import { HOUR } from './ledger-commands.js';
import { accountLine, holdLine, lotLine, type Snapshot, type Trial } from './ledger-trial.js';
import { insertTenant, ledgerFixture } from './ledger.js';

/** The real ledger on trial, for a tenant of its own. */
export async function databaseTrial(uow: UnitOfWork, ownerUrl: string): Promise<{ trial: Trial; ctx: TenantContext }> {
  const tenantId = await insertTenant(ownerUrl);
  const [points, money] = [await ledgerFixture(uow, tenantId), await ledgerFixture(uow, tenantId)];
  const wallets = [
    ...[1, 2, 3].map(() => ({ assetId: points.assetId, lotted: true, floor: 0n })),
    { assetId: points.assetId, lotted: false, floor: 0n },
    { assetId: points.assetId, lotted: false, floor: -50n },
    { assetId: money.assetId, lotted: false, floor: 0n },
  ];
  const ids = await uow.run(points.ctx, (tx) =>
    new OpenAccounts().execute(
      tx,
      wallets.map((wallet) => ({ ...wallet, ownerId: newId(), ownerType: 'member' })),
    ),
  );
  const houses = [points, money].flatMap(({ assetId }) =>
    HOUSE_PURPOSES.map((purpose) => ({ id: houseAccountId(assetId, purpose), asset: assetId, lotted: false, floor: null })),
  );
  let [ahead, handle] = [0, points];
  const trial: Trial = {
    issuance: points.issuance,
    accounts: [
      ...wallets.map(({ assetId, lotted, floor }, index) => ({ id: ids[index] as string, asset: assetId, lotted, floor })),
      ...houses,
    ],
    now: () => new Date(Date.now() + ahead),
    pass(hours) {
      ahead += hours * HOUR;
      handle = points.ahead(ahead);
    },
    post: (commands) => handle.post(...commands),
    snapshot: () => takeSnapshot(uow, handle.ctx),
  };
  return { trial, ctx: points.ctx };
}

const takeSnapshot = (uow: UnitOfWork, ctx: TenantContext): Promise<Snapshot> =>
  uow.read(ctx, async (tx) => {
    const accounts = await tx.query<{ id: string; posted: string; held: string }>(
      'select id, posted, held from ledger_account where tenant_id = $1',
      [ctx.tenantId],
    );
    const lots = await tx.query<{
      account_id: string;
      transaction_id: string;
      original: string;
      remaining: string;
      held: string;
      earned_at: Date;
      ready: boolean;
      expires_at: Date | null;
    }>(
      `select account_id, transaction_id, original, remaining, held, earned_at, available_at <= tenant_now() as ready, expires_at
       from ledger_lot where tenant_id = $1`,
      [ctx.tenantId],
    );
    const holds = await tx.query<{ id: string; captured: string; released: string; status: string }>(
      'select id, captured, released, status from ledger_hold where tenant_id = $1',
      [ctx.tenantId],
    );
    return [
      ...accounts.map((row) => accountLine(row.id, row.posted, row.held)),
      ...lots.map((row) =>
        lotLine(row.account_id, row.transaction_id, row.original, row.remaining, row.held, row.earned_at, row.ready, row.expires_at),
      ),
      ...holds.map((row) => holdLine(row.id, row.captured, row.released, row.status)),
    ].sort();
  });
