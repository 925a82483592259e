import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Successions, type Succession } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { lockCashback } from '../cashback/lock-cashback.js';
import { broughtForward } from './brought-forward.sql.js';

/**
 * Lets what merged customers owe from closed windows go along. Payouts never change: what is carried on is written beside them, once for each
 * who was merged, and set off by the next window that pays who goes on.
 */
@Injectable()
export class SucceedCarries implements Succession, OnModuleInit {
  readonly name = 'conciliation';

  constructor(private readonly successions: Successions) {}

  onModuleInit(): void {
    this.successions.register(this);
  }

  async succeed(tx: WriteTx<TenantContext>, memberId: string): Promise<void> {
    await lockCashback(tx);
    await tx.query(
      `insert into conciliation_carry (tenant_id, member_id, currency, into_id, window_number, carried_forward)
       select $1, o.member_id, o.currency, $2, w.number, o.owed from (
         select max(number) as number from conciliation_window where tenant_id = $1 and closed_at is not null) w,
       lateral (
         select m.id as member_id, k.currency, ${broughtForward('m.id', 'k.currency', 'w.number + 1')} as owed
         from member m, lateral (
           select p.currency from conciliation_payout p where p.tenant_id = $1 and p.member_id = m.id
           union select c.currency from conciliation_carry c where c.tenant_id = $1 and c.into_id = m.id) k
         where m.tenant_id = $1 and m.merged_into = $2
           and not exists (select from conciliation_carry c where c.tenant_id = $1 and c.member_id = m.id)) o
       where o.owed < 0`,
      [tx.ctx.tenantId, memberId],
    );
  }
}
