import { Body, Controller, Inject, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { actingMember, InsufficientBalance, LimitExceeded, TransactionDto, TransferParties, WalletsEndpoints } from '@tallystick/loyalty';
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
import { CODE_ERRORS } from '../points/confirmations.js';
import { sourceOf } from '../points/points.controller.js';
import { PointsWrites } from '../points/points-writes.js';
import { WalletTransferDto } from './wallet-transfer.dto.js';

@Controller('api/v1/wallets')
export class WalletsController extends WalletsEndpoints {
  @Inject(PointsWrites) private readonly points: PointsWrites;
  @Inject(TransferParties) private readonly parties: TransferParties;

  @Post('transfer')
  @Endpoint({
    operationId: 'wallets_transfer_create',
    summary: 'Move points to another wallet; they keep their dates',
    permission: 'wallets:transfer',
    forMembers: true,
    status: 201,
    data: TransactionDto,
    errors: [NotFound, InsufficientBalance, InvalidState, LimitExceeded, IdempotencyKeyReused, ...CODE_ERRORS],
    bodyExample: {
      from_wallet_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01',
      to_wallet_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a02',
      points: 50,
      note: 'Happy birthday',
    },
  })
  async transfer(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: WalletTransferDto): Promise<SealedAnswer> {
    // Wallets never change their owner: they may be looked up before the transaction that moves the points.
    const parties = await this.unitOfWork.read(ctx, (tx) => this.parties.find(tx, body.from_wallet_id, body.to_wallet_id));
    const fact = { ...WalletTransferDto.toFact(body, parties, sourceOf(request)), ...(actingMember(ctx) && { by: 'member' as const }) };
    return this.points.postConfirmed(ctx, request, fact, body);
  }
}
