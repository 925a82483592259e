import { Body, Controller, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  CONFIRMATIONS,
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
import { CODE_ERRORS, Confirmations } from './confirmations.js';
import { sourceOf } from './points.controller.js';

@Controller('api/v1/points/redeem-to-cash')
export class CashController {
  constructor(
    private readonly writes: Writes,
    private readonly redeemToCash: RedeemToCash,
    private readonly confirmations: Confirmations,
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
      ...CODE_ERRORS,
    ],
    bodyExample: { member_reference: 'CUST-1001', points: 100, currency: 'USD', reference: 'CASH-2026-000042' },
  })
  async redeem(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: RedeemToCashDto): Promise<SealedAnswer> {
    const input = RedeemToCashDto.toInput(body, sourceOf(request));
    const useUp = body.otp === undefined ? undefined : await this.confirmations.tried(ctx, input.member, CONFIRMATIONS.redeem, body.otp);
    return this.writes.run(ctx, request, async (tx) => {
      await useUp?.(tx);
      const redeemed = await this.redeemToCash.execute(tx, input);
      return { status: 201, data: RedeemedToCashDto.from(redeemed), replayed: redeemed.replayed };
    });
  }
}
