import type { TenantContext } from '@tallystick/kernel';
import { defineErasureBlocker } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { cashbackOwnerId } from './post-moves.operation.js';

/** An authorization that has not cleared by then does not clear any more. */
const AUTHORIZED_DAYS = 30;

/** What is on the way to a member and who was merged into them, or owed, by account. The lock of cashback is held: it stays so. */
async function balancesOf(tx: WriteTx<TenantContext>, memberId: string): Promise<bigint[]> {
  const people = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and (id = $2 or merged_into = $2)', [
    tx.ctx.tenantId,
    memberId,
  ]);
  const accounts = await tx.query<{ posted: string }>(
    `select posted from ledger_account where tenant_id = $1 and owner_id = any($2::uuid[]) and owner_type = 'member_cashback'
     order by id for no key update`,
    [tx.ctx.tenantId, people.map(({ id }) => cashbackOwnerId(id))],
  );
  return accounts.map(({ posted }) => BigInt(posted));
}

/** Cashback is the customer's money: it is paid out before they are forgotten, also where a refund since weighs it up. */
export const UNDISPERSED_CASHBACK = defineErasureBlocker({
  name: 'cashback',
  message: 'There is cashback that was not paid out: disperse its window first.',
  async blocks(tx, memberId) {
    if ((await balancesOf(tx, memberId)).some((posted) => posted > 0n)) return true;
    const [unpaid] = await tx.query(
      `select 1 from conciliation_payout p join conciliation_window w on w.tenant_id = $1 and w.id = p.window_id and p.position > w.payouts_done
       where p.tenant_id = $1 and p.payout > 0
         and p.member_id = any(array(select m.id from member m where m.tenant_id = $1 and (m.id = $2 or m.merged_into = $2))) limit 1`,
      [tx.ctx.tenantId, memberId],
    );
    return unpaid !== undefined;
  },
});

/** Unpaid dues keep a person from being erased (C9.6), as points that are owed do. */
export const OWED_CASHBACK = defineErasureBlocker({
  name: 'cashback_owed',
  message: 'Cashback that was paid out was taken back since, and is owed: it is set off against what they earn next.',
  blocks: async (tx, memberId) => (await balancesOf(tx, memberId)).some((posted) => posted < 0n),
});

/** An order that is open (C9.6): once it clears the person has cashback, and nobody takes a clearing of who was erased. */
export const AUTHORIZED_PURCHASES = defineErasureBlocker({
  name: 'card_purchases',
  message: `There are purchases with cashback that have not settled: they do, are reversed, or count no more ${AUTHORIZED_DAYS} days after they were made.`,
  async blocks(tx, memberId) {
    const [pending] = await tx.query(
      `select 1 from card_transaction where tenant_id = $1 and member_id = $2 and type = 'purchase' and reward_state = 'pending'
         and occurred_at > tenant_now() - interval '${AUTHORIZED_DAYS} days' limit 1`,
      [tx.ctx.tenantId, memberId],
    );
    return pending !== undefined;
  },
});

/** A dispute that is open (C9.6). */
export const OPEN_CLAIMS = defineErasureBlocker({
  name: 'claims',
  message: 'There are open claims of cashback: decide them, or take them back.',
  async blocks(tx, memberId) {
    const [open] = await tx.query(`select 1 from claim where tenant_id = $1 and member_id = $2 and status = 'open' limit 1`, [
      tx.ctx.tenantId,
      memberId,
    ]);
    return open !== undefined;
  },
});
