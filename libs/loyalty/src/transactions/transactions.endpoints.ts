import { Get, Inject, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Cursors, Endpoint, IdPipe, NotFound, UnitOfWork, pageSizeOf, pageWindow, type WithMeta } from '@tallystick/platform';
import { FindTransactions, type Explanation } from '../points/find-transactions.query.js';
import type { PointsTransaction } from '../points/points-transaction.js';
import { AnalyticsDto, AnalyticsQuery } from './analytics.dto.js';
import { CountTransactions, type TransactionAnalytics } from './transaction-analytics.query.js';
import { TransactionFilterQuery, TransactionsQuery } from './transaction-filter.dto.js';
import { ExplanationDto, TransactionDto } from './transaction.dto.js';

const LIST = 'transactions';

/** How transactions are read, the same on both APIs; each app's controller of that name extends it. */
export abstract class TransactionsEndpoints {
  @Inject(UnitOfWork) protected readonly unitOfWork: UnitOfWork;
  @Inject(FindTransactions) protected readonly transactions: FindTransactions;
  @Inject(CountTransactions) private readonly counts: CountTransactions;
  @Inject(Cursors) private readonly cursors: Cursors;

  @Get()
  @Endpoint({
    operationId: 'transactions_list',
    summary: 'List transactions, newest first',
    description: 'By cursor, however many they are; with `page` by numbered pages and their counts.',
    permission: 'transactions:read',
    forMembers: true,
    data: [TransactionDto],
    paging: 'either',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: TransactionsQuery): Promise<WithMeta<PointsTransaction[]>> {
    const filter = TransactionFilterQuery.toFilter(query);
    const keyOf = (row: PointsTransaction) => ({ number: String(row.number) });
    const render = (row: PointsTransaction) => row;
    const last = this.cursors.read<{ number: string }>(ctx, LIST, query);
    if (query.page === undefined) {
      const window = { ...filter, before: last?.number, limit: pageSizeOf(query) + 1 };
      const rows = await this.unitOfWork.read(ctx, (tx) => this.transactions.list(tx, window));
      return this.cursors.page(ctx, LIST, query, rows, keyOf, render);
    }
    const { rows, total } = await this.unitOfWork.read(ctx, async (tx) => ({
      rows: await this.transactions.list(tx, { ...filter, ...pageWindow(query) }),
      total: await this.transactions.count(tx, filter),
    }));
    return this.cursors.numbered(ctx, LIST, query, rows, total, keyOf, render);
  }

  @Get('analytics')
  @Endpoint({
    operationId: 'transactions_analytics_retrieve',
    summary: 'Transaction analytics',
    description: "What moved a program's points, by the days of the tenant's own zone; of a member who asks, their own points.",
    permission: 'transactions:read',
    forMembers: true,
    data: AnalyticsDto,
    errors: [NotFound],
  })
  analytics(@Ctx() ctx: TenantContext, @Query() query: AnalyticsQuery): Promise<TransactionAnalytics> {
    const { program_id: programId, from, to, granularity = 'day' } = query;
    return this.unitOfWork.read(ctx, (tx) => this.counts.find(tx, { programId, from, to, granularity }));
  }

  @Get(':id')
  @Endpoint({
    operationId: 'transactions_retrieve',
    summary: 'Get a transaction in its present state',
    permission: 'transactions:read',
    forMembers: true,
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
    forMembers: true,
    data: ExplanationDto,
    errors: [NotFound],
  })
  explain(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<Explanation> {
    return this.unitOfWork.read(ctx, (tx) => this.transactions.explain(tx, id));
  }
}
