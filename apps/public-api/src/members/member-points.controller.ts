import { Controller, Get, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  BalanceQuery,
  ExpiryDto,
  ExpiryScheduleQuery,
  FindLots,
  FindWallets,
  LotDto,
  LotsQuery,
  MemberBalanceDto,
  MemberStatement,
  StatementDto,
  StatementQuery,
  type ExpiryOnDate,
  type MemberBalance,
  type PointsLot,
  type Statement,
} from '@tallystick/loyalty';
import { Ctx, Cursors, Endpoint, IdPipe, NotFound, UnitOfWork, WithMeta, pageSizeOf } from '@tallystick/platform';

@Controller('api/v1/members/:id')
export class MemberPointsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cursors: Cursors,
    private readonly wallets: FindWallets,
    private readonly lotsOf: FindLots,
    private readonly statements: MemberStatement,
  ) {}

  @Get('balance')
  @Endpoint({
    operationId: 'members_balance_retrieve',
    summary: "Get a member's balance, now or as of any moment",
    permission: 'points:read',
    data: MemberBalanceDto,
    errors: [NotFound],
  })
  balance(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: BalanceQuery): Promise<MemberBalance> {
    return this.unitOfWork.read(ctx, (tx) => this.wallets.balance(tx, id, query.program_id, date(query.as_of)));
  }

  @Get('lots')
  @Endpoint({
    operationId: 'members_lots_list',
    summary: "List a member's lots",
    permission: 'points:read',
    data: [LotDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async lots(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: LotsQuery): Promise<WithMeta<PointsLot[]>> {
    const list = `lots of ${id}`;
    const last = this.cursors.read<{ id: string }>(ctx, list, query);
    const rows = await this.unitOfWork.read(ctx, (tx) =>
      this.lotsOf.list(tx, id, { programId: query.program_id, open: query.open, after: last?.id, limit: pageSizeOf(query) + 1 }),
    );
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
    operationId: 'members_statement_retrieve',
    summary: "Get a member's statement of a period",
    permission: 'points:read',
    data: StatementDto,
    paging: 'cursor',
    errors: [NotFound],
  })
  async statement(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: StatementQuery): Promise<WithMeta<object>> {
    const list = `statement of ${id}`;
    const last = this.cursors.read<{ seq: string }>(ctx, list, query);
    const statement: Statement = await this.unitOfWork.read(ctx, (tx) =>
      this.statements.find(tx, id, {
        programId: query.program_id,
        from: date(query.from),
        to: date(query.to),
        after: last?.seq,
        limit: pageSizeOf(query) + 1,
      }),
    );
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

  @Get('expiry-schedule')
  @Endpoint({
    operationId: 'members_expiry_schedule_list',
    summary: "List which of a member's points end on which day",
    permission: 'points:read',
    data: [ExpiryDto],
    errors: [NotFound],
  })
  expirySchedule(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: ExpiryScheduleQuery): Promise<ExpiryOnDate[]> {
    return this.unitOfWork.read(ctx, (tx) => this.lotsOf.expirySchedule(tx, id, query.program_id, query.months ?? 12));
  }
}

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
