import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AdjustWallet, InsufficientBalance, TransactionDto, WalletsEndpoints, type AdjustmentInput } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  NotFound,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { sourceOf } from './source.js';
import { CreditWalletDto, DebitWalletDto, toAdjustment, WalletAdjustmentDto } from './wallet-adjustment.dto.js';

const APPROVAL =
  "Above the program's `approval_threshold` nothing moves yet: the answer is 202 with a request, which another person has to approve under " +
  '`wallet-adjustments`.';

@Controller('api/v1/wallets')
export class WalletsController extends WalletsEndpoints {
  @Inject(Writes) private readonly writes: Writes;
  @Inject(AdjustWallet) private readonly adjustWallet: AdjustWallet;

  @Post(':id/credit')
  @Endpoint({
    operationId: 'wallets_credit_create',
    summary: 'Credit points by hand',
    description: APPROVAL,
    permission: 'wallets:adjust',
    status: 201,
    data: TransactionDto,
    accepted: WalletAdjustmentDto,
    errors: [NotFound, InvalidState, IdempotencyKeyReused],
  })
  credit(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: CreditWalletDto,
  ): Promise<SealedAnswer> {
    return this.adjust(ctx, request, toAdjustment(id, 'credit', body, sourceOf(request)));
  }

  @Post(':id/debit')
  @Endpoint({
    operationId: 'wallets_debit_create',
    summary: 'Debit points by hand',
    description: APPROVAL,
    permission: 'wallets:adjust',
    status: 201,
    data: TransactionDto,
    accepted: WalletAdjustmentDto,
    errors: [NotFound, InsufficientBalance, InvalidState, IdempotencyKeyReused],
  })
  debit(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: DebitWalletDto,
  ): Promise<SealedAnswer> {
    return this.adjust(ctx, request, toAdjustment(id, 'debit', body, sourceOf(request)));
  }

  private adjust(ctx: TenantContext, request: WriteRequest, input: AdjustmentInput): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const { posted, requested, replayed } = await this.adjustWallet.execute(tx, input);
      return posted ? { status: 201, data: posted, replayed } : { status: 202, data: requested, replayed };
    });
  }
}
