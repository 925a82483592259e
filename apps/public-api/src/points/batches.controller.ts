import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { BatchTurns, FindPointsBatch, PostPointsBatch, type PointsBatch } from '@tallystick/loyalty';
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
import { BatchDto, PostBatchDto } from './batch.dto.js';

@Controller('api/v1/points/batches')
export class BatchesController {
  constructor(
    private readonly writes: Writes,
    private readonly unitOfWork: UnitOfWork,
    private readonly turns: BatchTurns,
    private readonly postBatch: PostPointsBatch,
    private readonly findBatch: FindPointsBatch,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'points_batches_create',
    summary: 'Post purchases and refunds for earning, up to 5,000 at once',
    description:
      'Each line gets its own verdict and is counted once by its `id`, whatever the batch. The same `request_id` again answers the first result.',
    permission: 'points:write',
    data: BatchDto,
    bodyLimit: 8 * 1024 * 1024,
    errors: [NotFound, IdempotencyKeyReused, IdempotencyInProgress, PayloadTooLarge],
    bodyExample: {
      request_id: 'batch-2026-11-22-01',
      transactions: [
        {
          id: 'PUR-2026-000123',
          type: 'purchase',
          member_reference: 'CUST-1001',
          amount: '1250.00',
          currency: 'USD',
          occurred_at: '2026-11-22T09:30:00Z',
        },
        {
          id: 'REF-2026-000007',
          type: 'refund',
          member_reference: 'CUST-1001',
          amount: '250.00',
          currency: 'USD',
          original_id: 'PUR-2026-000123',
        },
      ],
    },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: PostBatchDto): Promise<SealedAnswer> {
    const input = PostBatchDto.toInput(body);
    const write = (): Promise<SealedAnswer> =>
      this.writes.run(ctx, request, async (tx) => {
        const { batch, replayed } = await this.postBatch.execute(tx, input);
        return { status: 200, data: batch, replayed };
      });
    return this.turns.take(ctx, input.requestId, write);
  }

  @Get(':request_id')
  @Endpoint({
    operationId: 'points_batches_retrieve',
    summary: 'Get a batch in its present state',
    permission: 'points:read',
    data: BatchDto,
    errors: [NotFound],
    params: { request_id: { type: 'string', minLength: 1, maxLength: 200, example: 'batch-2026-11-22-01' } },
  })
  async get(@Ctx() ctx: TenantContext, @Param('request_id') requestId: string): Promise<PointsBatch> {
    const batch = await this.unitOfWork.read(ctx, (tx) => this.findBatch.present(tx, requestId));
    if (!batch) throw NotFound.with();
    return batch;
  }
}
