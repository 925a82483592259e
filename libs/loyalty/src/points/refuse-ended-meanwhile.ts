import type { TenantContext } from '@tallystick/kernel';
import type { Prepared, WriteTx } from '@tallystick/platform';
import type { Plan } from './plan.js';

const ENDED: readonly string[] = ['merged', 'erased'];

const ENDED_MEANWHILE: Prepared = {
  name: 'loyalty_ended_meanwhile',
  text: `select 1 from member where tenant_id = $1 and id = any($2::uuid[]) and status in ('merged', 'erased') limit 1`,
};

/** A member was merged or erased between the reading of the world and the locks of the ledger: the whole transaction runs again. */
class EndedMeanwhile extends Error {
  /** As PostgreSQL says it of two transactions that cannot be put in an order. */
  readonly code = '40001';
}

/** Throws what runs the transaction again when a member of the plans is not any more who they were; asked while their wallets are locked. */
export async function refuseEndedMeanwhile(tx: WriteTx<TenantContext>, plans: readonly Plan[]): Promise<void> {
  const members = plans.flatMap(({ member, receiver }) => (receiver ? [member, receiver] : [member]));
  const ids = [...new Set(members.filter(({ status }) => !ENDED.includes(status)).map(({ id }) => id))];
  if (ids.length === 0) return;
  const found = await tx.query(ENDED_MEANWHILE, [tx.ctx.tenantId, ids]);
  if (found.length > 0) throw new EndedMeanwhile('a member was merged or erased meanwhile');
}
