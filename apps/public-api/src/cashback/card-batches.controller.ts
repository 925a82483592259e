import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CashbackTurns, FindCardBatch, PostCardTransactions, type CardBatch } from '@tallystick/offers';
import {
  Ctx,
  Endpoint,
  Idempotency,
  IdempotencyInProgress,
  IdempotencyKeyReused,
  NotFound,
  PayloadTooLarge,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { CardBatchDto, PostCardBatchDto } from './card-batch.dto.js';

@Controller('api/v1/cashback/batches')
export class CardBatchesController {
  constructor(
    private readonly writes: Writes,
    private readonly unitOfWork: UnitOfWork,
    private readonly turns: CashbackTurns,
    private readonly postTransactions: PostCardTransactions,
    private readonly findBatch: FindCardBatch,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'cashback_batches_create',
    summary: 'Post card transactions for cashback, up to 5,000 at once',
    description:
      'Each line gets its own verdict and is counted once by its `id` and type, whatever the batch. The same `request_id` again answers the ' +
      'present result. A purchase is told as `approved`, as `settled`, or as both; money moves when it settles.',
    permission: 'cashback:write',
    data: CardBatchDto,
    bodyLimit: 8 * 1024 * 1024,
    errors: [IdempotencyKeyReused, IdempotencyInProgress, PayloadTooLarge],
    bodyExample: {
      request_id: 'cards-2026-11-22-01',
      transactions: [
        {
          id: 'FI-TXN-0001',
          type: 'purchase',
          status: 'settled',
          member_reference: 'C08409803',
          amount: '250.50',
          currency: 'MXN',
          date: '2026-11-21T18:40:00Z',
          merchant: { descriptor: 'REST LA CASA CDMX', mcc: '5812', merchant_id: 'M-0001' },
          card: { bin: '415231', last4: '1234' },
        },
        {
          id: 'FI-REF-0001',
          type: 'refund',
          status: 'settled',
          member_reference: 'C08409803',
          amount: '50.00',
          currency: 'MXN',
          date: 1763840400,
          original_id: 'FI-TXN-0001',
        },
      ],
    },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: PostCardBatchDto): Promise<SealedAnswer> {
    const input = PostCardBatchDto.toInput(body);
    const write = (): Promise<SealedAnswer> =>
      this.writes.run(ctx, request, async (tx) => {
        const { batch, replayed } = await this.postTransactions.execute(tx, input);
        return { status: 200, data: batch, replayed };
      });
    return this.turns.batch(ctx, input.requestId, write);
  }

  @Get(':request_id')
  @Endpoint({
    operationId: 'cashback_batches_retrieve',
    summary: 'Get a batch of card transactions in its present state',
    description: 'By your `request_id`; else by our id of a card transaction, which is then answered as a batch of one.',
    permission: 'cashback:read',
    data: CardBatchDto,
    errors: [NotFound],
    params: { request_id: { type: 'string', minLength: 1, maxLength: 200, example: 'cards-2026-11-22-01' } },
  })
  async get(@Ctx() ctx: TenantContext, @Param('request_id') requestId: string): Promise<CardBatch> {
    const batch = await this.unitOfWork.read(ctx, (tx) => this.findBatch.find(tx, requestId));
    if (!batch) throw NotFound.with();
    return batch;
  }
}
