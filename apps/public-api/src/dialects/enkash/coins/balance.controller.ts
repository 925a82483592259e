import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { CoinCompanies, CoinUsers, FindWallets } from '@tallystick/loyalty';
import { Ctx, Endpoint, NotFound, UnitOfWork } from '@tallystick/platform';
import { NotThere } from '../enkash.errors.js';
import { EnkashBalanceQuery } from './coins.dto.js';

@ApiTags('Brand loyalty')
@Controller('api/v0/coins/balance')
export class EnkashBalanceController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: CoinUsers,
    private readonly companies: CoinCompanies,
    private readonly wallets: FindWallets,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'enkash_coins_balance_retrieve',
    summary: 'How many whole coins a user has',
    permission: 'points:read',
    answer: { schema: { type: 'integer', example: 50 } },
    errors: [NotThere],
  })
  balance(@Ctx() ctx: TenantContext, @Query() { userId }: EnkashBalanceQuery): Promise<number> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const user = await this.users.find(tx, { id: userId });
      if (!user) throw NotFound.with({ errors: { userId: ['No such user.'] } });
      const { programId } = await this.companies.byId(tx, user.companyId);
      return Math.floor((await this.wallets.balance(tx, user.memberId, programId, undefined)).available);
    });
  }
}
