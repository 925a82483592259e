import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ownMember } from '@tallystick/loyalty';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { memberOf } from '../offers/member-of.query.js';
import { shownMoney, type ShownMoney } from './card-transaction.view.js';
import { cashbackOwnerId } from './post-moves.operation.js';

/** How a customer stands in a currency. */
export interface CashbackBalance {
  readonly member_id: string;
  readonly currency: string;
  /** Of purchases that are only authorized: not theirs yet. */
  readonly pending: ShownMoney;
  /** Settled and not paid out. */
  readonly on_the_way: ShownMoney;
  /** Paid out, and taken back since: set off against what comes next. */
  readonly owed: ShownMoney;
  readonly paid_out: ShownMoney;
}

interface Row {
  currency: string;
  pending: string;
  posted: string;
  paid_out: string;
}

/** Reads what cashback customers have, owe, and got. */
@Injectable()
export class FindCashbackBalances {
  /** By currency; a member's own alone when they ask. Throws `not_found` for nobody, and for anybody else than the member who asks. */
  async list(tx: ReadTx<TenantContext>, memberId: string): Promise<CashbackBalance[]> {
    const member = await memberOf(tx, { id: ownMember(tx.ctx, memberId) });
    if (!member) throw NotFound.with();
    const rows = await tx.query<Row>(
      `with own as (select substr(s.code, 10) as currency, a.posted from ledger_account a join ledger_asset s on s.tenant_id = $1 and s.id = a.asset_id
         where a.tenant_id = $1 and a.owner_id = $3 and a.owner_type = 'member_cashback'),
       reserved as (select t.currency, sum(t.cashback) as cashback from card_transaction t
         where t.tenant_id = $1 and t.member_id = $2 and t.type = 'purchase' and t.reward_state = 'pending' group by t.currency),
       paid as (select p.currency, sum(p.payout) as payout from conciliation_payout p
         join conciliation_window w on w.tenant_id = $1 and w.id = p.window_id and p.position <= w.payouts_done
         where p.tenant_id = $1 and p.member_id = any(array(select m.id from member m where m.tenant_id = $1 and (m.id = $2 or m.merged_into = $2)))
         group by p.currency)
       select currency, coalesce(r.cashback, 0) as pending, coalesce(o.posted, 0) as posted, coalesce(p.payout, 0) as paid_out
       from own o full join reserved r using (currency) full join paid p using (currency) order by currency`,
      [tx.ctx.tenantId, member.id, cashbackOwnerId(member.id)],
    );
    return rows.map(({ currency, pending, posted, paid_out }) => {
      const balance = BigInt(posted);
      const money = (minor: bigint | string): ShownMoney => shownMoney(String(minor), currency);
      return {
        member_id: member.id,
        currency,
        pending: money(pending),
        on_the_way: money(balance > 0n ? balance : 0n),
        owed: money(balance < 0n ? -balance : 0n),
        paid_out: money(paid_out),
      };
    });
  }
}
