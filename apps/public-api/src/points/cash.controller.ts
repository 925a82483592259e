import { Body, Controller, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  CashRedemptionInactive,
  CashRedemptionNotConfigured,
  InsufficientBalance,
  InsufficientPrefund,
  LimitExceeded,
  MemberErased,
  RedeemToCash,
} from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  NotFound,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { RedeemedToCashDto, RedeemToCashDto } from './cash.dto.js';
import { sourceOf } from './points.controller.js';

@Controller('api/v1/points/redeem-to-cash')
export class CashController {
  constructor(
    private readonly writes: Writes,
    private readonly redeemToCash: RedeemToCash,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'points_redeem_to_cash',
    summary: 'Redeem points to money',
    description:
      "The points leave and the amount arrives in the member's cash wallet, out of the tenant's funds, both or neither. Reversing the " +
      'transaction gives both back.',
    permission: 'wallets:redeem',
    forMembers: true,
    status: 201,
    data: RedeemedToCashDto,
    errors: [
      NotFound,
      CashRedemptionNotConfigured,
      CashRedemptionInactive,
      InsufficientBalance,
      InsufficientPrefund,
      InvalidState,
      LimitExceeded,
      IdempotencyKeyReused,
      MemberErased,
    ],
    bodyExample: { member_reference: 'CUST-1001', points: 100, currency: 'USD', reference: 'CASH-2026-000042' },
  })
  redeem(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: RedeemToCashDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const redeemed = await this.redeemToCash.execute(tx, RedeemToCashDto.toInput(body, sourceOf(request)));
      return { status: 201, data: RedeemedToCashDto.from(redeemed), replayed: redeemed.replayed };
    });
  }
}
