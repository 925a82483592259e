import { Body, Controller, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InsufficientBalance, LimitExceeded, MemberErased, TransactionDto } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  NotFound,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { CODE_ERRORS } from './confirmations.js';
import { PlacedHoldDto } from './hold.dto.js';
import { CaptureHoldDto, HoldPointsDto, ReleaseHoldDto } from './points.dto.js';
import { sourceOf } from './points.controller.js';
import { PointsWrites } from './points-writes.js';

@Controller('api/v1/points/holds')
export class HoldsController {
  constructor(private readonly points: PointsWrites) {}

  @Post()
  @Endpoint({
    operationId: 'points_holds_create',
    summary: 'Set points aside',
    permission: 'points:write',
    status: 201,
    data: PlacedHoldDto,
    errors: [NotFound, InsufficientBalance, InvalidState, LimitExceeded, IdempotencyKeyReused, MemberErased, ...CODE_ERRORS],
    bodyExample: { member_reference: 'CUST-1001', points: 100, reference: 'CHECKOUT-77', expires_in: 900 },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: HoldPointsDto): Promise<SealedAnswer> {
    return this.points.postConfirmed(ctx, request, HoldPointsDto.toFact(body, sourceOf(request)), {
      otp: body.otp,
      shape: ({ shown }) => PlacedHoldDto.from(shown),
    });
  }

  @Post(':id/capture')
  @Endpoint({
    operationId: 'points_holds_capture',
    summary: 'Redeem held points, all or in part',
    permission: 'points:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, InvalidState, LimitExceeded],
    bodyExample: { points: 60, keep_open: true },
  })
  capture(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: CaptureHoldDto,
  ): Promise<SealedAnswer> {
    return this.points.post(ctx, request, CaptureHoldDto.toFact(body, id, sourceOf(request)));
  }

  @Post(':id/release')
  @Endpoint({
    operationId: 'points_holds_release',
    summary: 'Make held points available again',
    permission: 'points:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, InvalidState],
    bodyExample: { reason: 'Checkout abandoned' },
  })
  release(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: ReleaseHoldDto,
  ): Promise<SealedAnswer> {
    return this.points.post(ctx, request, { kind: 'release', source: sourceOf(request), holdId: id, ...body });
  }
}
