import { defineErasureBlocker } from '@tallystick/loyalty';
import { cashbackOwnerId } from './post-moves.operation.js';

/** Cashback is the customer's money: it is paid out before they are forgotten. */
export const UNDISPERSED_CASHBACK = defineErasureBlocker({
  name: 'cashback',
  message: 'There is cashback that was not paid out: disperse its window first.',
  async blocks(tx, memberId) {
    const people = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and (id = $2 or merged_into = $2)', [
      tx.ctx.tenantId,
      memberId,
    ]);
    const accounts = await tx.query<{ posted: string }>(
      `select posted from ledger_account where tenant_id = $1 and owner_id = any($2::uuid[]) and owner_type = 'member_cashback'
       order by id for no key update`,
      [tx.ctx.tenantId, people.map(({ id }) => cashbackOwnerId(id))],
    );
    return accounts.some(({ posted }) => BigInt(posted) > 0n);
  },
});
