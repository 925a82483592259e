import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  ADJUSTMENT_STATUSES,
  DecideAdjustment,
  FindAdjustments,
  InsufficientBalance,
  type AdjustmentStatus,
  type WalletAdjustment,
} from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  NotFound,
  PageQuery,
  Text,
  UnitOfWork,
  Uuid,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { sourceOf } from '../wallets/source.js';
import { WalletAdjustmentDto } from '../wallets/wallet-adjustment.dto.js';

class WalletAdjustmentsQuery extends PageQuery {
  @Choice(ADJUSTMENT_STATUSES, { optional: true, example: 'pending' })
  status?: AdjustmentStatus;

  @Uuid({ optional: true })
  wallet_id?: string;

  @Uuid({ optional: true })
  member_id?: string;
}

class ApproveAdjustmentDto {
  @Text({ optional: true, max: 1_000, example: 'Checked against the case.' })
  remarks?: string;
}

class RejectAdjustmentDto {
  @Text({ max: 1_000, description: 'Why.', example: 'The order was delivered in time.' })
  remarks: string;
}

@Controller('api/v1/wallet-adjustments')
export class WalletAdjustmentsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly adjustments: FindAdjustments,
    private readonly decideAdjustment: DecideAdjustment,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'wallet_adjustments_list',
    summary: 'List manual credits and debits that need a second person, or did, the newest first',
    permission: 'wallet_adjustments:read',
    data: [WalletAdjustmentDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: WalletAdjustmentsQuery): Promise<WithMeta<WalletAdjustment[]>> {
    const filter = { status: query.status, walletId: query.wallet_id, memberId: query.member_id, ...pageWindow(query) };
    const { adjustments, total } = await this.unitOfWork.read(ctx, (tx) => this.adjustments.list(tx, filter));
    return pageOf(adjustments, query, total);
  }

  @Get(':id')
  @Endpoint({
    operationId: 'wallet_adjustments_retrieve',
    summary: 'Get a manual credit or debit',
    permission: 'wallet_adjustments:read',
    data: WalletAdjustmentDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<WalletAdjustment> {
    return this.unitOfWork.read(ctx, (tx) => this.adjustments.byId(tx, id));
  }

  @Post(':id/approve')
  @Endpoint({
    operationId: 'wallet_adjustments_approve_create',
    summary: 'Approve a manual credit or debit, which is posted with it',
    description: 'Never by who asked for it. What cannot be posted stays pending.',
    permission: 'wallet_adjustments:decide',
    data: WalletAdjustmentDto,
    errors: [NotFound, InsufficientBalance, InvalidState, IdempotencyKeyReused],
  })
  approve(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { remarks }: ApproveAdjustmentDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: await this.decideAdjustment.approve(tx, id, { source: sourceOf(request), remarks }),
    }));
  }

  @Post(':id/reject')
  @Endpoint({
    operationId: 'wallet_adjustments_reject_create',
    summary: 'Reject a manual credit or debit',
    description: 'Never by who asked for it.',
    permission: 'wallet_adjustments:decide',
    data: WalletAdjustmentDto,
    errors: [NotFound, InvalidState],
  })
  reject(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { remarks }: RejectAdjustmentDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status: 200, data: await this.decideAdjustment.reject(tx, id, remarks) }));
  }
}
