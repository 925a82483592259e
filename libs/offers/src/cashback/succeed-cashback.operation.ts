import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { PostTransactions, SucceedAccounts, ownerAccountId, type Post } from '@tallystick/ledger';
import { Successions, type Succession } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { lockCashback } from './lock-cashback.js';
import { cashbackOwnerId } from './post-moves.operation.js';

type Tx = WriteTx<TenantContext>;

/**
 * Lets cashback go along when members are merged: card transactions, what was used of caps and limits, activations, and by the ledger the
 * money that is on its way. From then on no row but those of closed windows names the merged: whatever decides on a purchase, a refund or a
 * window knows one person.
 */
@Injectable()
export class SucceedCashback implements Succession, OnModuleInit {
  readonly name = 'cashback';

  constructor(
    private readonly successions: Successions,
    private readonly succeedAccounts: SucceedAccounts,
    private readonly ledger: PostTransactions,
  ) {}

  onModuleInit(): void {
    this.successions.register(this);
  }

  async succeed(tx: Tx, memberId: string): Promise<void> {
    await lockCashback(tx);
    const merged = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and merged_into = $2 order by id', [
      tx.ctx.tenantId,
      memberId,
    ]);
    const of = merged.map(({ id }) => id);
    if (of.length === 0) return;
    await this.rename(tx, of, memberId);
    await this.addUp(tx, of, memberId);
    await this.activate(tx, of, memberId);
    await this.handOver(tx, of, memberId);
  }

  /** What a window has closed over stays as its line says it. */
  private async rename(tx: Tx, of: readonly string[], memberId: string): Promise<void> {
    await tx.query(
      `update cashback_movement m set member_id = $3 from card_transaction t
       where t.tenant_id = $1 and t.member_id = any($2::uuid[]) and m.tenant_id = $1 and m.purchase_id = t.id and m.window_id is null`,
      [tx.ctx.tenantId, of, memberId],
    );
    await tx.query('update card_transaction set member_id = $3 where tenant_id = $1 and member_id = any($2::uuid[])', [
      tx.ctx.tenantId,
      of,
      memberId,
    ]);
  }

  /** What both used of an offer counts for one, even where that is more than the offer gives one. */
  private async addUp(tx: Tx, of: readonly string[], memberId: string): Promise<void> {
    await tx.query(
      `with gone as (delete from cashback_counter where tenant_id = $1 and member_id = any($2::uuid[]) returning offer_id, period, cashback, rewards)
       insert into cashback_counter as c (tenant_id, offer_id, member_id, period, cashback, rewards)
       select $1, offer_id, $3, period, sum(cashback), sum(rewards) from gone group by offer_id, period order by offer_id, period
       on conflict (tenant_id, offer_id, member_id, period)
         do update set cashback = c.cashback + excluded.cashback, rewards = c.rewards + excluded.rewards`,
      [tx.ctx.tenantId, of, memberId],
    );
  }

  /** Of two activations of an offer the earlier holds: what was bought since then earns. */
  private async activate(tx: Tx, of: readonly string[], memberId: string): Promise<void> {
    await tx.query(
      `with gone as (delete from offer_activation where tenant_id = $1 and member_id = any($2::uuid[]) returning offer_id, activated_at)
       insert into offer_activation as a (tenant_id, offer_id, member_id, activated_at)
       select $1, offer_id, $3, min(activated_at) from gone group by offer_id order by offer_id
       on conflict (tenant_id, offer_id, member_id) do update set activated_at = least(a.activated_at, excluded.activated_at)`,
      [tx.ctx.tenantId, of, memberId],
    );
  }

  /** Moves what is on the way to the merged, and what they owe, whole and by currency. Nothing else moves it meanwhile: that takes the lock. */
  private async handOver(tx: Tx, of: readonly string[], memberId: string): Promise<void> {
    const owners = of.map(cashbackOwnerId);
    const heir = cashbackOwnerId(memberId);
    await this.succeedAccounts.execute(tx, { owner: heir, of: owners });
    const accounts = await tx.query<{ id: string; asset_id: string; posted: string }>(
      `select id, asset_id, posted from ledger_account where tenant_id = $1 and owner_id = any($2::uuid[]) and posted <> 0 order by id`,
      [tx.ctx.tenantId, owners],
    );
    const commands = accounts.map(({ id, asset_id: assetId, posted }): Post => {
      const [amount, to] = [BigInt(posted), ownerAccountId(assetId, heir)];
      return {
        act: 'post',
        kind: 'cashback_succession',
        id: newId(),
        account: id,
        legs: [amount > 0n ? { from: id, to, amount } : { from: to, to: id, amount: -amount }],
        details: { source: { channel: 'merge', requestId: tx.ctx.requestId }, to_member_id: memberId },
      };
    });
    for (const { outcome } of await this.ledger.execute(tx, commands))
      if (outcome !== 'posted') throw new Error(`cashback of a merged member was not handed over: ${outcome}`);
  }
}
