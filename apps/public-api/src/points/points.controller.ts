import { Body, Controller, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AlreadyReversed, InsufficientBalance, LimitExceeded, MemberErased, TransactionDto, type Source } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  NotFound,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { EarnPointsDto, RedeemPointsDto, ReversePointsDto, TransferPointsDto } from './points.dto.js';
import { CODE_ERRORS } from './confirmations.js';
import { PointsWrites } from './points-writes.js';

@Controller('api/v1/points')
export class PointsController {
  constructor(private readonly points: PointsWrites) {}

  @Post('earn')
  @Endpoint({
    operationId: 'points_earn',
    summary: 'Give points, as stated or for a purchase',
    permission: 'points:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, InvalidState, LimitExceeded, IdempotencyKeyReused, MemberErased],
    bodyExample: { member_reference: 'CUST-1001', reference: 'PUR-2026-000123', amount: '1250.00', currency: 'USD' },
  })
  earn(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: EarnPointsDto): Promise<SealedAnswer> {
    return this.points.post(ctx, request, EarnPointsDto.toFact(body, sourceOf(request)));
  }

  @Post('redeem')
  @Endpoint({
    operationId: 'points_redeem',
    summary: 'Redeem points',
    permission: 'points:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, InsufficientBalance, InvalidState, LimitExceeded, IdempotencyKeyReused, MemberErased, ...CODE_ERRORS],
    bodyExample: { member_reference: 'CUST-1001', points: 80, reference: 'RED-2026-000042', merchant_name: 'Corner Books' },
  })
  redeem(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: RedeemPointsDto): Promise<SealedAnswer> {
    return this.points.postConfirmed(ctx, request, RedeemPointsDto.toFact(body, sourceOf(request)), body);
  }

  @Post('reverse')
  @Endpoint({
    operationId: 'points_reverse',
    summary: 'Reverse an earning, redemption, capture or transfer, whole or in part',
    permission: 'points:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, AlreadyReversed, InsufficientBalance, InvalidState, LimitExceeded, MemberErased],
    bodyExample: { transaction_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01', reason: 'Returned goods' },
  })
  reverse(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: ReversePointsDto): Promise<SealedAnswer> {
    return this.points.post(ctx, request, ReversePointsDto.toFact(body, sourceOf(request)));
  }

  @Post('transfer')
  @Endpoint({
    operationId: 'points_transfer',
    summary: 'Move points to another member; they keep their dates',
    permission: 'points:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, InsufficientBalance, InvalidState, LimitExceeded, IdempotencyKeyReused, MemberErased, ...CODE_ERRORS],
    bodyExample: { from: { member_reference: 'CUST-1001' }, to: { member_reference: 'CUST-1002' }, points: 50, reference: 'GIFT-9' },
  })
  transfer(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: TransferPointsDto): Promise<SealedAnswer> {
    return this.points.postConfirmed(ctx, request, TransferPointsDto.toFact(body, sourceOf(request)), body);
  }
}

/** How a fact that came by a request reached us. */
export const sourceOf = (request: WriteRequest): Source => ({ channel: 'api', requestId: request.requestId });
