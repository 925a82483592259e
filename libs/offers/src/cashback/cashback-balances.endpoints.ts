import { Get, Inject, Param } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Endpoint, IdPipe, NotFound, UnitOfWork } from '@tallystick/platform';
import { CashbackBalanceDto } from './cashback-balance.dto.js';
import { FindCashbackBalances, type CashbackBalance } from './find-cashback-balances.query.js';

/** How a member stands in cashback, the same on both APIs; each app's controller of that name extends it. */
export abstract class CashbackBalancesEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(FindCashbackBalances) private readonly balances: FindCashbackBalances;

  @Get()
  @Endpoint({
    operationId: 'members_cashback_balances_list',
    summary: "List a member's cashback, by currency",
    description: 'What is pending, on the way, owed and paid out. Nothing for a currency in which there was none.',
    permission: 'cashback:read',
    forMembers: true,
    data: [CashbackBalanceDto],
    errors: [NotFound],
  })
  list(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<CashbackBalance[]> {
    return this.unitOfWork.read(ctx, (tx) => this.balances.list(tx, id));
  }
}
