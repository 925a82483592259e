import { Get, Inject, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Cursors, Endpoint, IdPipe, NotFound, UnitOfWork, pageSizeOf, type WithMeta } from '@tallystick/platform';
import { ownMember } from '../members/acting-member.js';
import { FindTiers, type TierHistoryEntry } from './find-tiers.query.js';
import { MemberTierDto, MemberTierQuery, TierHistoryDto, TierHistoryQuery } from './member-tier.dto.js';
import { MemberTierView, type MemberTier } from './member-tier.query.js';

/** A member's tier, the same on both APIs; each app's controller of that name extends it. A member sees their own. */
export abstract class MemberTierEndpoints {
  @Inject(UnitOfWork) protected readonly unitOfWork: UnitOfWork;
  @Inject(Cursors) private readonly cursors: Cursors;
  @Inject(FindTiers) private readonly tiers: FindTiers;
  @Inject(MemberTierView) protected readonly views: MemberTierView;

  @Get()
  @Endpoint({
    operationId: 'members_tier_retrieve',
    summary: "Get a member's tier and progress to the next one",
    permission: 'tiers:read',
    forMembers: true,
    data: MemberTierDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: MemberTierQuery): Promise<MemberTier> {
    const member = ownMember(ctx, id) as string;
    return this.unitOfWork.read(ctx, (tx) => this.views.find(tx, member, query.program_id));
  }

  @Get('history')
  @Endpoint({
    operationId: 'members_tier_history_list',
    summary: "List the changes of a member's tiers, the last first",
    permission: 'tiers:read',
    forMembers: true,
    data: [TierHistoryDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async history(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Query() query: TierHistoryQuery,
  ): Promise<WithMeta<TierHistoryEntry[]>> {
    const member = ownMember(ctx, id) as string;
    const list = `tiers of ${member}`;
    const before = this.cursors.read<{ id: string }>(ctx, list, query)?.id;
    const rows = await this.unitOfWork.read(ctx, (tx) =>
      this.tiers.history(tx, member, { programId: query.program_id, before, limit: pageSizeOf(query) + 1 }),
    );
    return this.cursors.page(
      ctx,
      list,
      query,
      rows,
      (row) => ({ id: row.id }),
      (row) => row,
    );
  }
}
