import { Controller, Get, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  FindTransactions,
  TRANSACTION_STATUSES,
  TRANSACTION_TYPES,
  type Explanation,
  type PointsTransaction,
  type TransactionStatus,
  type TransactionType,
} from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  IdPipe,
  Moment,
  NotFound,
  Text,
  UnitOfWork,
  Uuid,
  pageSizeOf,
  type WithMeta,
} from '@tallystick/platform';
import { ExplanationDto, TransactionDto } from './transaction.dto.js';

class TransactionsQuery extends CursorQuery {
  @Choice(TRANSACTION_TYPES, { optional: true, example: 'earn' })
  type?: TransactionType;

  @Choice(TRANSACTION_STATUSES, { optional: true, example: 'completed' })
  status?: TransactionStatus;

  @Uuid({ optional: true })
  member_id?: string;

  @Uuid({ optional: true })
  wallet_id?: string;

  @Text({ optional: true, max: 200 })
  reference?: string;

  @Moment({ optional: true, description: 'Posted at or after.' })
  from?: string;

  @Moment({ optional: true, description: 'Posted before.' })
  to?: string;
}

const LIST = 'transactions';

@Controller('api/v1/transactions')
export class TransactionsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly transactions: FindTransactions,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'transactions_list',
    summary: 'List transactions, newest first',
    permission: 'transactions:read',
    data: [TransactionDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: TransactionsQuery): Promise<WithMeta<PointsTransaction[]>> {
    const last = this.cursors.read<{ number: string }>(ctx, LIST, query);
    const rows = await this.unitOfWork.read(ctx, (tx) =>
      this.transactions.list(tx, {
        type: query.type,
        status: query.status,
        memberId: query.member_id,
        walletId: query.wallet_id,
        reference: query.reference,
        from: query.from === undefined ? undefined : new Date(query.from),
        to: query.to === undefined ? undefined : new Date(query.to),
        before: last?.number,
        limit: pageSizeOf(query) + 1,
      }),
    );
    return this.cursors.page(
      ctx,
      LIST,
      query,
      rows,
      (row) => ({ number: String(row.number) }),
      (row) => row,
    );
  }

  @Get(':id')
  @Endpoint({
    operationId: 'transactions_retrieve',
    summary: 'Get a transaction in its present state',
    permission: 'transactions:read',
    data: TransactionDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<PointsTransaction> {
    return this.unitOfWork.read(ctx, (tx) => this.transactions.byId(tx, id));
  }

  @Get(':id/explain')
  @Endpoint({
    operationId: 'transactions_explain',
    summary: 'Explain a transaction: entries, lots, allocations, rules and source',
    permission: 'transactions:read',
    data: ExplanationDto,
    errors: [NotFound],
  })
  explain(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<Explanation> {
    return this.unitOfWork.read(ctx, (tx) => this.transactions.explain(tx, id));
  }
}
