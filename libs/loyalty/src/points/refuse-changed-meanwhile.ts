import type { TenantContext } from '@tallystick/kernel';
import type { Prepared, WriteTx } from '@tallystick/platform';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import type { Plan } from './plan.js';

const ENDED: readonly string[] = ['merged', 'erased'];

const CHANGED_MEANWHILE: Prepared = {
  name: 'loyalty_changed_meanwhile',
  text: `select 1 where exists (select from member where tenant_id = $1 and id = any($2::uuid[]) and status in ('merged', 'erased'))
    or exists (select from earning_rule where tenant_id = $1 and program_id = any($3::uuid[]) and counts_purchases)`,
};

/** The world has changed between its reading and the locks of the ledger: the whole transaction runs again. */
export class ChangedMeanwhile extends Error {
  /** As PostgreSQL says it of two transactions that cannot be put in an order. */
  readonly code = '40001';
}

/**
 * Throws what runs the transaction again when a member of the plans is not any more who they were, or a program has begun to count its
 * members' purchases; asked while their wallets are locked and the postings have their numbers.
 */
export async function refuseChangedMeanwhile(tx: WriteTx<TenantContext>, plans: readonly Plan[], world: LoyaltyWorld): Promise<void> {
  const members = plans.flatMap(({ member, receiver }) => (receiver ? [member, receiver] : [member]));
  const ids = [...new Set(members.filter(({ status }) => !ENDED.includes(status)).map(({ id }) => id))];
  const uncounted = [...new Set(plans.filter(({ program }) => !world.rules(program).counts).map(({ program }) => program.id))];
  if (ids.length + uncounted.length === 0) return;
  const found = await tx.query(CHANGED_MEANWHILE, [tx.ctx.tenantId, ids, uncounted]);
  if (found.length > 0) throw new ChangedMeanwhile('a member or a program is not any more what it was');
}
