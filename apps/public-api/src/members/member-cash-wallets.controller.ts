import { Controller, Get, Param } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CashWalletDto, FindCashWallets, type CashWallet } from '@tallystick/loyalty';
import { Ctx, Endpoint, IdPipe, NotFound, UnitOfWork } from '@tallystick/platform';

@Controller('api/v1/members/:id/cash-wallets')
export class MemberCashWalletsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cashWallets: FindCashWallets,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'members_cash_wallets_list',
    summary: "List a member's cash wallets",
    description: 'One for each currency to which points can be redeemed, also before the first redemption.',
    permission: 'wallets:read',
    forMembers: true,
    data: [CashWalletDto],
    errors: [NotFound],
  })
  list(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<CashWallet[]> {
    return this.unitOfWork.read(ctx, (tx) => this.cashWallets.ofMember(tx, id));
  }
}
