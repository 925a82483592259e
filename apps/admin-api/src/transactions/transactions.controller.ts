import { Body, Controller, Get, Inject, Param, Post, Query, StreamableFile } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  AlreadyReversed,
  BeginExport,
  ExplanationDto,
  ExportTransactions,
  InsufficientBalance,
  LimitExceeded,
  PreviewPosting,
  RefundByStaff,
  TransactionDto,
  TransactionFilterQuery,
  TransactionsExported,
  TransactionsEndpoints,
  VoidByStaff,
  type Explanation,
} from '@tallystick/loyalty';
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
import { sourceOf } from '../wallets/source.js';
import { RefundTransactionDto, VoidTransactionDto } from './staff-refund.dto.js';

const PREVIEW =
  'The answer is the explanation of the transaction that would be posted: from which lots, until when their points last, and what the ' +
  'member would owe. Nothing of it stays, and its ids are of nothing.';

@Controller('api/v1/transactions')
export class TransactionsController extends TransactionsEndpoints {
  @Inject(Writes) private readonly writes: Writes;
  @Inject(RefundByStaff) private readonly refundByStaff: RefundByStaff;
  @Inject(BeginExport) private readonly beginExport: BeginExport;
  @Inject(ExportTransactions) private readonly exports: ExportTransactions;
  @Inject(PreviewPosting) private readonly previews: PreviewPosting;
  @Inject(VoidByStaff) private readonly voidByStaff: VoidByStaff;

  @Get('export')
  @Endpoint({
    operationId: 'transactions_export_retrieve',
    summary: 'Export transactions as CSV',
    description:
      'All that the filters leave, in the order of posting, a transfer on both sides; `change` is what a line did to the balance. Without ' +
      'personal data. The export is itself recorded.',
    permission: 'transactions:read',
    limit: 'export',
    unenveloped: true,
    answer: { type: 'text/csv', schema: { type: 'string', example: 'number,id,posted_at\r\n' } },
  })
  async export(@Ctx() ctx: TenantContext, @Query() query: TransactionFilterQuery): Promise<StreamableFile> {
    const wanted = TransactionFilterQuery.toFilter(query);
    const note = { after: { filter: { ...query } } };
    const filter = await this.unitOfWork.run(ctx, (tx) => this.beginExport.execute(tx, wanted, { act: TransactionsExported, note }));
    return new StreamableFile(this.exports.stream(ctx, filter), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="transactions.csv"',
    });
  }

  @Post(':id/refund')
  @Endpoint({
    operationId: 'transactions_refund_create',
    summary: 'Refund transaction',
    description:
      'Whole or in part; parts add up to the whole exactly, however they are cut. The answer is the refund, a transaction of its own.',
    permission: 'transactions:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, AlreadyReversed, InsufficientBalance, InvalidState, LimitExceeded, IdempotencyKeyReused],
    bodyExample: { amount: '100.00', reason: 'Returned goods' },
  })
  refund(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: RefundTransactionDto,
  ): Promise<SealedAnswer> {
    const refund = RefundTransactionDto.toRefund(body, id, sourceOf(request));
    return this.writes.run(ctx, request, async (tx) => {
      const { shown, status } = await this.refundByStaff.execute(tx, refund);
      return { status: 201, data: shown, replayed: status === 'replayed' };
    });
  }

  @Post(':id/refund/preview')
  @Endpoint({
    operationId: 'transactions_refund_preview_create',
    summary: 'See what a refund would do, without doing it',
    description: `${PREVIEW} A refund that is refused is refused here alike.`,
    permission: 'transactions:write',
    data: ExplanationDto,
    errors: [NotFound, AlreadyReversed, InsufficientBalance, InvalidState, LimitExceeded, IdempotencyKeyReused],
    bodyExample: { amount: '100.00', reason: 'Returned goods' },
  })
  previewRefund(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: RefundTransactionDto,
  ): Promise<Explanation> {
    const refund = RefundTransactionDto.toRefund(body, id, sourceOf(request));
    return this.unitOfWork.run(ctx, (tx) => this.previews.of(tx, () => this.refundByStaff.execute(tx, refund)));
  }

  @Post(':id/void')
  @Endpoint({
    operationId: 'transactions_void_create',
    summary: 'Void pending transaction',
    description: 'Ends an earning whose points are not available yet. Nothing is deleted: the answer is a transaction of its own.',
    permission: 'transactions:write',
    status: 201,
    data: TransactionDto,
    errors: [NotFound, AlreadyReversed, InvalidState],
  })
  void(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { reason }: VoidTransactionDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: (await this.voidByStaff.execute(tx, id, reason, sourceOf(request))).shown,
    }));
  }

  @Post(':id/void/preview')
  @Endpoint({
    operationId: 'transactions_void_preview_create',
    summary: 'See what a void would do, without doing it',
    description: PREVIEW,
    permission: 'transactions:write',
    data: ExplanationDto,
    errors: [NotFound, AlreadyReversed, InvalidState],
  })
  previewVoid(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { reason }: VoidTransactionDto,
  ): Promise<Explanation> {
    return this.unitOfWork.run(ctx, (tx) => this.previews.of(tx, () => this.voidByStaff.execute(tx, id, reason, sourceOf(request))));
  }
}
