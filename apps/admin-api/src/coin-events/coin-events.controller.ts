import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CoinEvents } from '@tallystick/loyalty';
import {
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  PageQuery,
  Text,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CoinEventDto, CreateCoinEventDto, UpdateCoinEventDto } from './coin-event.dto.js';

class CoinEventsQuery extends PageQuery {
  @Text({ optional: true, max: 23, description: 'Only those of this company.', example: 'CEK0TCW2W8' })
  company_id?: string;

  @Text({ optional: true, max: 100, example: 'REFERRAL_EVENT' })
  event?: string;
}

@Controller('api/v1/coin-events')
export class CoinEventsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly events: CoinEvents,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'coin_events_list',
    summary: 'List coin events',
    permission: 'coins:read',
    data: [CoinEventDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: CoinEventsQuery): Promise<WithMeta<CoinEventDto[]>> {
    const { events, total } = await this.unitOfWork.read(ctx, (tx) =>
      this.events.list(tx, { companyId: query.company_id, event: query.event, ...pageWindow(query) }),
    );
    return pageOf(
      events.map((event) => CoinEventDto.from(event)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'coin_events_create',
    summary: 'Configure what an event gives',
    permission: 'coins:write',
    status: 201,
    data: CoinEventDto,
    errors: [NotFound, Duplicate],
    bodyExample: { configuration: 'DEFAULT', event: 'REFERRAL_EVENT', amount: 50 },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateCoinEventDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: CoinEventDto.from(await this.events.create(tx, CreateCoinEventDto.toInput(body))),
    }));
  }

  @Get(':id')
  @Endpoint({
    operationId: 'coin_events_retrieve',
    summary: 'Get a coin event',
    permission: 'coins:read',
    data: CoinEventDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<CoinEventDto> {
    return CoinEventDto.from(await this.unitOfWork.read(ctx, (tx) => this.events.one(tx, { id })));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'coin_events_partial_update',
    summary: 'Change what an event gives from now on',
    permission: 'coins:write',
    data: CoinEventDto,
    errors: [NotFound, Duplicate],
    bodyExample: { amount: 75 },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateCoinEventDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: CoinEventDto.from(await this.events.update(tx, { id }, (known) => UpdateCoinEventDto.over(known, body))),
    }));
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'coin_events_destroy',
    summary: 'Remove a coin event; what it gave stays given',
    permission: 'coins:write',
    errors: [NotFound],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.events.remove(tx, id);
      return { status: 200, data: null };
    });
  }
}
