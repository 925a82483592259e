import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Money, type TenantContext } from '@tallystick/kernel';
import { Funds } from '@tallystick/loyalty';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  Idempotency,
  IdempotencyKeyReused,
  pageSizeOf,
  UnitOfWork,
  ValidationFailed,
  Writes,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { DepositFundsDto, FundsBalanceDto, FundsDepositDto } from './funds.dto.js';

const LIST = 'deposits';

/** The tenant's own money, out of which redemptions are paid. */
@Controller('api/v1/funds')
export class FundsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly funds: Funds,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'funds_list',
    summary: "See what is left of the tenant's funds, by currency",
    permission: 'funds:read',
    data: [FundsBalanceDto],
  })
  async list(@Ctx() ctx: TenantContext): Promise<FundsBalanceDto[]> {
    const balances = await this.unitOfWork.read(ctx, (tx) => this.funds.balances(tx));
    return balances.map(({ currency, available }) => ({ currency, available: available.toString() }));
  }

  @Get('deposits')
  @Endpoint({
    operationId: 'funds_deposits_list',
    summary: 'List deposits, newest first',
    permission: 'funds:read',
    data: [FundsDepositDto],
    paging: 'cursor',
  })
  async listDeposits(@Ctx() ctx: TenantContext, @Query() query: CursorQuery): Promise<WithMeta<FundsDepositDto[]>> {
    const last = this.cursors.read<{ number: string }>(ctx, LIST, query);
    const rows = await this.unitOfWork.read(ctx, (tx) => this.funds.deposits(tx, { before: last?.number, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(
      ctx,
      LIST,
      query,
      rows,
      ({ number }) => ({ number: String(number) }),
      (deposit) => FundsDepositDto.from(deposit),
    );
  }

  @Post('deposits')
  @Endpoint({
    operationId: 'funds_deposits_create',
    summary: "Add money to the tenant's funds",
    description: 'Once for each `reference`: the number of the bank transfer, or whatever names it.',
    permission: 'funds:write',
    status: 201,
    data: FundsDepositDto,
    errors: [IdempotencyKeyReused],
    bodyExample: { amount: '50000.00', currency: 'USD', reference: 'UTR-2026-000123' },
  })
  deposit(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: DepositFundsDto): Promise<SealedAnswer> {
    const amount = Money.parse(body.amount, body.currency);
    if (typeof amount === 'string') throw ValidationFailed.with({ errors: { amount: ['Has more decimals than the currency.'] } });
    return this.writes.run(ctx, request, async (tx) => {
      const { deposit, replayed } = await this.funds.deposit(tx, { amount, reference: body.reference, narration: body.narration });
      return { status: 201, data: FundsDepositDto.from(deposit), replayed };
    });
  }
}
