import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindTiers, SaveTierScheme, type TierScheme } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { TierSchemeDto } from './tier.dto.js';

@Controller('api/v1/rewards/programs/:id/tier-scheme')
export class TierSchemeController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly tiers: FindTiers,
    private readonly saveScheme: SaveTierScheme,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'rewards_programs_tier_scheme_retrieve',
    summary: 'Get how the tiers of a program are reached and lost',
    permission: 'tiers:read',
    data: TierSchemeDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<TierScheme> {
    return this.unitOfWork.read(ctx, (tx) => this.tiers.scheme(tx, id));
  }

  @Patch()
  @Endpoint({
    operationId: 'rewards_programs_tier_scheme_partial_update',
    summary: 'Change how the tiers of a program are reached and lost',
    description: 'Members are looked at again by the worker.',
    permission: 'tiers:write',
    data: TierSchemeDto,
    errors: [NotFound],
    bodyExample: { basis: 'spend', period: 'rolling_months', period_months: 12, validity_days: 365, grace_days: 30, downgrade: 'one_down' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: TierSchemeDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: await this.saveScheme.execute(tx, id, (known) => TierSchemeDto.over(known, body)),
    }));
  }
}
