import { Get, Inject, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Cursors, Endpoint, IdPipe, NotFound, UnitOfWork, pageSizeOf, type WithMeta } from '@tallystick/platform';
import { CardTransactionDto, CardTransactionsQuery } from './card-transaction.dto.js';
import type { ShownCardTransaction } from './card-transaction.view.js';
import { FindCardTransactions } from './find-card-transactions.query.js';

const LIST = 'cashback_transactions';

/** How card transactions are read, the same on both APIs; each app's controller of that name extends it. */
export abstract class CardTransactionsEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(FindCardTransactions) private readonly transactions: FindCardTransactions;
  @Inject(Cursors) private readonly cursors: Cursors;

  @Get()
  @Endpoint({
    operationId: 'cashback_transactions_list',
    summary: 'List card transactions, newest first',
    description: 'A member who asks sees their own, and not what funders pay or what the institution keeps with them.',
    permission: 'cashback:read',
    forMembers: true,
    data: [CardTransactionDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: CardTransactionsQuery): Promise<WithMeta<ShownCardTransaction[]>> {
    const after = this.cursors.read<{ id: string }>(ctx, LIST, query)?.id;
    const rows = await this.unitOfWork.read(ctx, (tx) =>
      this.transactions.list(tx, CardTransactionsQuery.toFilter(query), { after, limit: pageSizeOf(query) + 1 }),
    );
    return this.cursors.page(
      ctx,
      LIST,
      query,
      rows,
      ({ id }) => ({ id }),
      (row) => row,
    );
  }

  @Get(':id')
  @Endpoint({
    operationId: 'cashback_transactions_retrieve',
    summary: 'Get a card transaction in its present state',
    permission: 'cashback:read',
    forMembers: true,
    data: CardTransactionDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<ShownCardTransaction> {
    return this.unitOfWork.read(ctx, (tx) => this.transactions.one(tx, id));
  }
}
