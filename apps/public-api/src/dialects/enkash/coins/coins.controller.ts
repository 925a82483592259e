import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { AllocateCoins, CoinCompanies, CoinEventNotConfigured, CoinEvents, MemberErased, type CoinEvent } from '@tallystick/loyalty';
import {
  Ctx,
  Duplicate,
  Endpoint,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { NotThere } from '../enkash.errors.js';
import { EnkashAllocateCoinDto, EnkashCreateCoinsConfigDto, EnkashUpdateCoinsConfigDto } from './coins.dto.js';
import { COINS_CONFIG } from './coins.schemas.js';

/** What the vendor answers, word for word. */
const ALLOCATED = 'Successfully allocated enkash Coins';

const ID = { params: { coinConfigId: { type: 'string', minLength: 1, maxLength: 23, example: 'WCC12345' } } } as const;

/** What events give, and the allocation of it. */
@ApiTags('Brand loyalty')
@Controller('api/v0/enkash-coins')
export class EnkashCoinsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly companies: CoinCompanies,
    private readonly events: CoinEvents,
    private readonly allocateCoins: AllocateCoins,
  ) {}

  @Post('create-coins-config')
  @Endpoint({
    operationId: 'enkash_coins_config_create',
    summary: 'Configure what an event gives',
    permission: 'coins:write',
    answer: COINS_CONFIG,
    errors: [NotThere, Duplicate],
    bodyExample: { configuration: 'DEFAULT', companyId: 'CEK0TCW2W8', event: 'REFERRAL_EVENT', amount: 50 },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: EnkashCreateCoinsConfigDto): Promise<SealedAnswer> {
    const { configuration, companyId, event, amount } = body;
    return this.writes.run(ctx, request, async (tx) => {
      if (companyId !== undefined) await this.companies.seen(tx, companyId);
      const own = configuration === 'CUSTOM' ? companyId : undefined;
      const made = await this.events.create(tx, { configuration, companyId: own, event, amount: BigInt(amount) });
      return { status: 200, data: show(made) };
    });
  }

  @Get(':coinConfigId')
  @Endpoint({
    ...ID,
    operationId: 'enkash_coins_config_retrieve',
    summary: 'Get what an event gives',
    permission: 'coins:read',
    answer: COINS_CONFIG,
    errors: [NotThere],
  })
  async get(@Ctx() ctx: TenantContext, @Param('coinConfigId') code: string): Promise<object> {
    return show(await this.unitOfWork.read(ctx, (tx) => this.events.one(tx, { code })));
  }

  @Patch(':coinConfigId')
  @Endpoint({
    ...ID,
    operationId: 'enkash_coins_config_partial_update',
    summary: 'Change what an event gives from now on',
    permission: 'coins:write',
    answer: COINS_CONFIG,
    errors: [NotThere, Duplicate],
    bodyExample: { amount: 75 },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('coinConfigId') code: string,
    @Body() body: EnkashUpdateCoinsConfigDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      if (body.companyId !== undefined) await this.companies.seen(tx, body.companyId);
      const event = await this.events.update(tx, { code }, (known) => {
        const configuration = body.configuration ?? known.configuration;
        const company = body.companyId ?? known.companyId ?? undefined;
        return {
          configuration,
          companyId: configuration === 'CUSTOM' ? company : undefined,
          event: body.event ?? known.event,
          amount: body.amount === undefined ? known.amount : BigInt(body.amount),
        };
      });
      return { status: 200, data: show(event) };
    });
  }

  @Post('allocate-coin')
  @Endpoint({
    operationId: 'enkash_allocate_coin_create',
    summary: 'Give a user the coins of an event',
    permission: 'points:write',
    answer: { schema: { type: 'string', const: ALLOCATED } },
    errors: [CoinEventNotConfigured, NotThere, InvalidState, IdempotencyKeyReused, MemberErased],
    bodyExample: { companyId: 'CEK0TCW2W8', event: 'REFERRAL_EVENT', requestId: 'COIN_REQ1234567', userId: 'EKQZVMQK' },
  })
  allocate(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: EnkashAllocateCoinDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const source = { channel: 'enkash', requestId: request.requestId };
      const { replayed } = await this.allocateCoins.execute(tx, { ...body, source });
      return { status: 200, data: ALLOCATED, replayed };
    });
  }
}

const show = ({ code, configuration, companyId, event, amount }: CoinEvent): object => ({
  coinConfigId: code,
  configuration,
  ...(companyId !== null && { companyId }),
  event,
  amount: Number(amount),
});
