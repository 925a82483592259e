import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { CashbackTurns, FindCardBatch, FindInstitution, InstitutionNotApproved, PostCardTransactions } from '@tallystick/offers';
import {
  Ctx,
  Endpoint,
  Idempotency,
  IdempotencyInProgress,
  NotFound,
  UnitOfWork,
  WithMeta,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { refusal } from '../reworth.codes.js';
import type { BesideData } from '../reworth.envelope.js';
import { ReworthBatchDto } from './batch.dto.js';
import { showLines } from './show-batch.js';
import { POSTED, PROCESSED } from './transactions.schemas.js';

const ALREADY: BesideData = { before: { message: 'This requestId has already been processed' } };

@ApiTags('Transactions')
@Controller('reworth/v1/transactions')
export class ReworthTransactionsController {
  constructor(
    private readonly writes: Writes,
    private readonly unitOfWork: UnitOfWork,
    private readonly institution: FindInstitution,
    private readonly turns: CashbackTurns,
    private readonly postTransactions: PostCardTransactions,
    private readonly findBatch: FindCardBatch,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'reworth_transactions_create',
    summary: 'Process cashback transaction(s)',
    description:
      'Each transaction gets a verdict of its own and is counted once by its `id`, whatever the batch. Nothing is withdrawn from a merchant: ' +
      'that is for conciliation. The same `requestId` with the same transactions answers what has become of them, with a message.',
    permission: 'cashback:write',
    bodyLimit: 8 * 1024 * 1024,
    answer: POSTED,
    errors: [refusal('RequestIdConflict'), refusal('BatchTooLarge'), IdempotencyInProgress, InstitutionNotApproved],
    bodyExample: {
      requestId: 1644474347,
      transactions: [
        {
          id: 'FI-TXN-0001',
          uuid: 'C08409803',
          type: 'purchase',
          status: 'approved',
          amount: 250.5,
          currency: 'MXN',
          date: 1644474000,
          merchant: { descriptor: 'REST LA CASA CDMX', mcc: '5812', zipcode: '06700' },
          card: { bin: '415231', last4: '1234' },
          originalId: null,
          metadata: {},
        },
      ],
    },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: ReworthBatchDto): Promise<SealedAnswer> {
    const input = ReworthBatchDto.toInput(body);
    const write = (): Promise<SealedAnswer> =>
      this.writes.run(ctx, request, async (tx) => {
        await this.institution.requireApproved(tx);
        const { batch, replayed } = await this.postTransactions.execute(tx, input);
        const meta: BesideData = replayed ? ALREADY : { before: { processedTransactions: batch.processed, requestId: batch.request_id } };
        return { status: 200, data: showLines(batch), meta, replayed };
      });
    return this.turns.batch(ctx, input.requestId, write);
  }

  @Get(':requestId')
  @Endpoint({
    operationId: 'reworth_transactions_retrieve',
    summary: 'Fetch a batch of transactions to review its status',
    description: 'By the `requestId` it was posted with, else one transaction by its `transactionId`.',
    permission: 'cashback:read',
    answer: PROCESSED,
    errors: [InstitutionNotApproved],
    params: { requestId: { type: 'string', minLength: 1, maxLength: 200, example: '1644474347' } },
  })
  async get(@Ctx() ctx: TenantContext, @Param('requestId') requestId: string): Promise<WithMeta<object[]>> {
    const batch = await this.unitOfWork.read(ctx, async (tx) => {
      await this.institution.requireApproved(tx);
      return this.findBatch.find(tx, requestId);
    });
    if (!batch) throw NotFound.with();
    return new WithMeta(showLines(batch), ALREADY);
  }
}
