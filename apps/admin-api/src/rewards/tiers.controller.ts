import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindTiers, PreviewTiers, SaveTier, TierInUse, type TierMember } from '@tallystick/loyalty';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  UnitOfWork,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateTierDto, PreviewTiersDto, TierDto, TierMemberDto, TierPreviewDto, UpdateTierDto } from './tier.dto.js';

const TIER_ID = { tier_id: { type: 'string', format: 'uuid', example: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' } };

@Controller('api/v1/rewards/programs/:id/tiers')
export class TiersController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly tiers: FindTiers,
    private readonly saveTier: SaveTier,
    private readonly previews: PreviewTiers,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'rewards_programs_tiers_list',
    summary: 'List the tiers of a program, the lowest first',
    permission: 'tiers:read',
    data: [TierDto],
    errors: [NotFound],
  })
  async list(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<TierDto[]> {
    const tiers = await this.unitOfWork.read(ctx, (tx) => this.tiers.list(tx, id));
    return tiers.map((tier) => TierDto.from(tier));
  }

  @Post()
  @Endpoint({
    operationId: 'rewards_programs_tiers_create',
    summary: 'Add a tier to a program',
    description: 'The worker looks at all members again; who earns meanwhile is looked at with the earning.',
    permission: 'tiers:write',
    status: 201,
    data: TierDto,
    errors: [NotFound, Duplicate, InvalidState],
    bodyExample: { code: 'silver', name: 'Silver', rank: 1, threshold: '1000', earn_multiplier: '1.25' },
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: CreateTierDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const tier = await this.saveTier.create(tx, id, CreateTierDto.toInput(body));
      return { status: 201, data: TierDto.from({ ...tier, members: 0 }) };
    });
  }

  @Post('preview')
  @Endpoint({
    operationId: 'rewards_programs_tiers_preview_create',
    summary: 'See where members would be, without saving anything',
    permission: 'tiers:read',
    data: TierPreviewDto,
    errors: [NotFound],
    bodyExample: { scheme: { basis: 'spend' }, tiers: [{ code: 'silver', rank: 1, threshold: '750' }] },
  })
  async preview(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Body() body: PreviewTiersDto): Promise<TierPreviewDto> {
    return TierPreviewDto.from(await this.unitOfWork.read(ctx, (tx) => this.previews.find(tx, id, PreviewTiersDto.toProposal(body))));
  }

  @Get(':tier_id')
  @Endpoint({
    operationId: 'rewards_programs_tiers_retrieve',
    summary: 'Get a tier',
    permission: 'tiers:read',
    data: TierDto,
    errors: [NotFound],
    params: TIER_ID,
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Param('tier_id', IdPipe) tierId: string): Promise<TierDto> {
    return TierDto.from(await this.unitOfWork.read(ctx, (tx) => this.tiers.byId(tx, id, tierId)));
  }

  @Patch(':tier_id')
  @Endpoint({
    operationId: 'rewards_programs_tiers_partial_update',
    summary: 'Change a tier',
    description: 'Members are looked at again by the worker: who qualifies rises at once, who no longer does falls the next day.',
    permission: 'tiers:write',
    data: TierDto,
    errors: [NotFound, Duplicate],
    params: TIER_ID,
    bodyExample: { threshold: '900' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('tier_id', IdPipe) tierId: string,
    @Body() body: UpdateTierDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.saveTier.update(tx, id, tierId, (known) => UpdateTierDto.over(known, body));
      return { status: 200, data: TierDto.from(await this.tiers.byId(tx, id, tierId)) };
    });
  }

  @Delete(':tier_id')
  @Endpoint({
    operationId: 'rewards_programs_tiers_destroy',
    summary: 'Remove a tier that nobody is in',
    permission: 'tiers:write',
    errors: [NotFound, TierInUse],
    params: TIER_ID,
  })
  remove(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('tier_id', IdPipe) tierId: string,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.saveTier.remove(tx, id, tierId);
      return { status: 200, data: null };
    });
  }

  @Get(':tier_id/members')
  @Endpoint({
    operationId: 'rewards_programs_tiers_members_list',
    summary: 'List the members of a tier',
    permission: 'tiers:read',
    data: [TierMemberDto],
    paging: 'cursor',
    errors: [NotFound],
    params: TIER_ID,
  })
  async members(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Param('tier_id', IdPipe) tierId: string,
    @Query() query: CursorQuery,
  ): Promise<WithMeta<TierMember[]>> {
    const list = `members of tier ${tierId}`;
    const after = this.cursors.read<{ id: string }>(ctx, list, query)?.id;
    const rows = await this.unitOfWork.read(ctx, (tx) => this.tiers.members(tx, id, tierId, { after, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(
      ctx,
      list,
      query,
      rows,
      (row) => ({ id: row.member_id }),
      (row) => row,
    );
  }
}
