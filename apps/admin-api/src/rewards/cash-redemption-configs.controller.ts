import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CashConfigs, FindPrograms } from '@tallystick/loyalty';
import {
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { CashRedemptionConfigDto, CreateCashRedemptionConfigDto, UpdateCashRedemptionConfigDto } from './cash-redemption-config.dto.js';

const PARAMS = { config_id: { type: 'string', format: 'uuid' } } as const;

/** On what terms members of a program redeem points to money. */
@Controller('api/v1/rewards/programs/:id/cash-redemption-configs')
export class CashRedemptionConfigsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly programs: FindPrograms,
    private readonly configs: CashConfigs,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'rewards_programs_cash_redemption_configs_list',
    summary: 'List the terms of redemption to money',
    permission: 'programs:read',
    data: [CashRedemptionConfigDto],
    errors: [NotFound],
  })
  async list(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<CashRedemptionConfigDto[]> {
    const configs = await this.unitOfWork.read(ctx, async (tx) => {
      await this.programs.byId(tx, id);
      return this.configs.list(tx, id);
    });
    return configs.map((config) => CashRedemptionConfigDto.from(config));
  }

  @Post()
  @Endpoint({
    operationId: 'rewards_programs_cash_redemption_configs_create',
    summary: 'Let a kind of user redeem points to a currency',
    permission: 'programs:write',
    status: 201,
    data: CashRedemptionConfigDto,
    errors: [NotFound, Duplicate],
    bodyExample: { user_type: 'customer', currency: 'USD', points: '100', value: '25', min_points: '10', redeem_cycle: 'month' },
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: CreateCashRedemptionConfigDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const program = await this.programs.byId(tx, id);
      const config = await this.configs.create(tx, program, CreateCashRedemptionConfigDto.toTerms(body, program.scale));
      return { status: 201, data: CashRedemptionConfigDto.from(config) };
    });
  }

  @Get(':config_id')
  @Endpoint({
    operationId: 'rewards_programs_cash_redemption_configs_retrieve',
    summary: 'Get terms of redemption to money',
    permission: 'programs:read',
    data: CashRedemptionConfigDto,
    params: PARAMS,
    errors: [NotFound],
  })
  async get(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Param('config_id', IdPipe) configId: string,
  ): Promise<CashRedemptionConfigDto> {
    return CashRedemptionConfigDto.from(await this.unitOfWork.read(ctx, (tx) => this.configs.one(tx, id, configId)));
  }

  @Patch(':config_id')
  @Endpoint({
    operationId: 'rewards_programs_cash_redemption_configs_partial_update',
    summary: 'Change terms of redemption to money',
    permission: 'programs:write',
    data: CashRedemptionConfigDto,
    params: PARAMS,
    errors: [NotFound, Duplicate],
    bodyExample: { active: false },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('config_id', IdPipe) configId: string,
    @Body() body: UpdateCashRedemptionConfigDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const config = await this.configs.update(tx, id, configId, (known) => UpdateCashRedemptionConfigDto.over(known, body, known.scale));
      return { status: 200, data: CashRedemptionConfigDto.from(config) };
    });
  }

  @Delete(':config_id')
  @Endpoint({
    operationId: 'rewards_programs_cash_redemption_configs_destroy',
    summary: 'Remove terms of redemption to money; what was redeemed stays',
    permission: 'programs:write',
    params: PARAMS,
    errors: [NotFound],
  })
  remove(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('config_id', IdPipe) configId: string,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.configs.remove(tx, id, configId);
      return { status: 200, data: null };
    });
  }
}
