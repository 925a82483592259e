import { Get, Inject, Param, Query, StreamableFile } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Cursors, Endpoint, IdPipe, NotFound, UnitOfWork, WithMeta, pageSizeOf } from '@tallystick/platform';
import { BeginExport } from '../transactions/begin-export.operation.js';
import { ExportTransactions } from '../transactions/export-transactions.query.js';
import { StatementExported } from '../transactions/transaction.acts.js';
import { WalletSummaryQuery } from '../transactions/analytics.dto.js';
import { WalletSummaryDto } from './wallet-summary.dto.js';
import { SummarizeWallet, type WalletSummary } from './wallet-summary.query.js';
import { FindLots, type ExpiryOnDate, type PointsLot } from './find-lots.query.js';
import { FindWallets, type MemberBalance } from './find-wallets.query.js';
import { MemberStatement } from './member-statement.query.js';
import {
  ExpiryDto,
  LotDto,
  MemberBalanceDto,
  StatementDto,
  StatementPeriodQuery,
  WalletBalanceQuery,
  WalletExpiryScheduleQuery,
  WalletLotsQuery,
  WalletStatementQuery,
} from './statement.dto.js';

/** What happened in a wallet, the same on both APIs; each app's controller of that name extends it. A member sees their own. */
export abstract class WalletStatementsEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Cursors) private readonly cursors: Cursors;
  @Inject(FindWallets) private readonly wallets: FindWallets;
  @Inject(FindLots) private readonly lotsOf: FindLots;
  @Inject(SummarizeWallet) private readonly summaries: SummarizeWallet;
  @Inject(BeginExport) private readonly beginExport: BeginExport;
  @Inject(ExportTransactions) private readonly exports: ExportTransactions;
  @Inject(MemberStatement) private readonly statements: MemberStatement;

  @Get('balance')
  @Endpoint({
    operationId: 'wallets_balance_retrieve',
    summary: "Get a wallet's balance, now or as of any moment",
    permission: 'wallets:read',
    forMembers: true,
    data: MemberBalanceDto,
    errors: [NotFound],
  })
  balance(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: WalletBalanceQuery): Promise<MemberBalance> {
    return this.unitOfWork.read(ctx, async (tx) => this.wallets.balanceIn(tx, await this.wallets.place(tx, id), date(query.as_of)));
  }

  @Get('lots')
  @Endpoint({
    operationId: 'wallets_lots_list',
    summary: "List a wallet's lots",
    permission: 'wallets:read',
    forMembers: true,
    data: [LotDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async lots(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: WalletLotsQuery): Promise<WithMeta<PointsLot[]>> {
    const list = `lots of wallet ${id}`;
    const last = this.cursors.read<{ id: string }>(ctx, list, query);
    const page = { open: query.open, after: last?.id, limit: pageSizeOf(query) + 1 };
    const rows = await this.unitOfWork.read(ctx, async (tx) => this.lotsOf.listIn(tx, await this.wallets.place(tx, id), page));
    return this.cursors.page(
      ctx,
      list,
      query,
      rows,
      (lot) => ({ id: lot.id }),
      (lot) => lot,
    );
  }

  @Get('statement')
  @Endpoint({
    operationId: 'wallets_statement_retrieve',
    summary: "Get a wallet's statement of a period",
    permission: 'wallets:read',
    forMembers: true,
    data: StatementDto,
    paging: 'cursor',
    errors: [NotFound],
  })
  async statement(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Query() query: WalletStatementQuery,
  ): Promise<WithMeta<object>> {
    const list = `statement of wallet ${id}`;
    const after = this.cursors.read<{ seq: string }>(ctx, list, query)?.seq;
    const period = { from: date(query.from), to: date(query.to), after, limit: pageSizeOf(query) + 1 };
    const statement = await this.unitOfWork.read(ctx, async (tx) => this.statements.findIn(tx, await this.wallets.place(tx, id), period));
    const page = this.cursors.page(
      ctx,
      list,
      query,
      [...statement.entries],
      ({ seq }) => ({ seq }),
      ({ seq: _, ...entry }) => entry,
    );
    return new WithMeta({ ...statement, entries: page.data }, page.meta);
  }

  @Get('statement/export')
  @Endpoint({
    operationId: 'wallets_statement_export_retrieve',
    summary: "Export a wallet's statement of a period as CSV",
    description: 'Every line in the order of posting; `change` is what it did to the balance. The export is itself recorded.',
    permission: 'wallets:read',
    forMembers: true,
    limit: 'export',
    unenveloped: true,
    answer: { type: 'text/csv', schema: { type: 'string', example: 'number,id,posted_at\r\n' } },
    errors: [NotFound],
  })
  async export(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: StatementPeriodQuery): Promise<StreamableFile> {
    const filter = await this.unitOfWork.run(ctx, async (tx) => {
      const { accountId } = await this.wallets.place(tx, id);
      const period = { walletId: accountId, from: date(query.from), to: date(query.to) };
      return this.beginExport.execute(tx, period, {
        act: StatementExported,
        note: { target: { type: 'wallet', id: accountId }, after: { ...query } },
      });
    });
    return new StreamableFile(this.exports.stream(ctx, filter), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="statement.csv"',
    });
  }

  @Get('summary')
  @Endpoint({
    operationId: 'wallets_summary_retrieve',
    summary: 'Sum up by category what moved a wallet, in a period or month by month',
    permission: 'wallets:read',
    forMembers: true,
    data: WalletSummaryDto,
    errors: [NotFound],
  })
  summary(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: WalletSummaryQuery): Promise<WalletSummary> {
    return this.unitOfWork.read(ctx, (tx) => this.summaries.find(tx, id, query));
  }

  @Get('expiry-schedule')
  @Endpoint({
    operationId: 'wallets_expiry_schedule_list',
    summary: "List which of a wallet's points end on which day",
    permission: 'wallets:read',
    forMembers: true,
    data: [ExpiryDto],
    errors: [NotFound],
  })
  expirySchedule(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Query() { months = 12 }: WalletExpiryScheduleQuery,
  ): Promise<ExpiryOnDate[]> {
    return this.unitOfWork.read(ctx, async (tx) => this.lotsOf.expiryScheduleIn(tx, await this.wallets.place(tx, id), months));
  }
}

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
