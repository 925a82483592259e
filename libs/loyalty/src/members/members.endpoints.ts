import { Body, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Choice,
  Ctx,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  May,
  NotFound,
  Ordering,
  PageOrCursorQuery,
  Search,
  UnitOfWork,
  Writes,
  pageSizeOf,
  pageWindow,
  type Permits,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateMember } from './create-member.operation.js';
import { FindMembers, type MemberKey, type MemberOrdering } from './find-members.query.js';
import { CreateMemberDto, MemberDto, MemberSearchDto, UpdateMemberDto } from './member.dto.js';
import { MEMBER_STATUSES, type MemberStatus } from './member-status.policy.js';
import type { Member, MemberView } from './member.js';
import { UpdateMember } from './update-member.operation.js';

class MembersQuery extends PageOrCursorQuery {
  @Ordering(['created_at', 'reference'], { example: '-created_at' })
  ordering?: MemberOrdering;

  @Choice(MEMBER_STATUSES, { optional: true, example: 'active' })
  status?: MemberStatus;

  @Search({
    description: 'The beginning of a reference. What is personal stands in no address: look that up by `POST /members/search`.',
  })
  search?: string;
}

/** How much of a person the caller sees (PII-05). */
export const viewOf = (may: Permits): MemberView => (may('members:reveal') ? 'full' : 'masked');

/** Members, the same on both APIs; each app's controller of that name extends it. */
export abstract class MembersEndpoints {
  @Inject(UnitOfWork) protected readonly unitOfWork: UnitOfWork;
  @Inject(Writes) protected readonly writes: Writes;
  @Inject(FindMembers) protected readonly members: FindMembers;
  @Inject(CreateMember) private readonly createMember: CreateMember;
  @Inject(UpdateMember) private readonly updateMember: UpdateMember;
  @Inject(Cursors) private readonly cursors: Cursors;

  @Post()
  @Endpoint({
    operationId: 'members_create',
    summary: 'Enroll a member',
    description: 'Who was erased under the reference has come back with this, as somebody new.',
    permission: 'members:write',
    status: 201,
    data: MemberDto,
    errors: [Duplicate, InvalidState],
    bodyExample: { reference: 'CUST-1001', full_name: 'Asha Rao', email: 'asha@example.com' },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateMemberDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: await this.createMember.execute(tx, CreateMemberDto.toInput(body)),
      secret: true,
    }));
  }

  @Get()
  @Endpoint({ operationId: 'members_list', summary: 'List members', permission: 'members:read', data: [MemberDto], paging: 'either' })
  async list(@Ctx() ctx: TenantContext, @May() may: Permits, @Query() query: MembersQuery): Promise<WithMeta<Member[]>> {
    const view = viewOf(may);
    const list = `members ${query.ordering ?? '-created_at'}`;
    const after = this.cursors.read<MemberKey>(ctx, list, query);
    if (after) {
      const window = { limit: pageSizeOf(query) + 1, after };
      const rows = await this.unitOfWork.read(ctx, (tx) => this.members.list(tx, query, window, view));
      return this.cursors.page(
        ctx,
        list,
        query,
        rows,
        ({ key }) => key,
        ({ member }) => member,
      );
    }
    const { rows, total } = await this.unitOfWork.read(ctx, async (tx) => ({
      rows: await this.members.list(tx, query, pageWindow(query), view),
      total: await this.members.count(tx, query),
    }));
    return this.cursors.numbered(
      ctx,
      list,
      query,
      rows,
      total,
      ({ key }) => key,
      ({ member }) => member,
    );
  }

  @Post('search')
  @Endpoint({
    operationId: 'members_search_create',
    summary: 'Find members by what is personal, or by what leads to them',
    description:
      'By number, e-mail address, phone number, a unique attribute, or a card, account, device or id: at most 100, the oldest first.',
    permission: 'members:read',
    data: [MemberDto],
    bodyExample: { email: 'asha@example.com' },
  })
  search(@Ctx() ctx: TenantContext, @May() may: Permits, @Body() body: MemberSearchDto): Promise<Member[]> {
    return this.unitOfWork.read(ctx, (tx) => this.members.lookUp(tx, MemberSearchDto.toLookup(body), viewOf(may)));
  }

  @Get('by-reference/:reference')
  @Endpoint({
    operationId: 'members_by_reference_retrieve',
    summary: "Get a member by the tenant's own id",
    description: 'The reference of a merged member leads to who goes on for them.',
    permission: 'members:read',
    data: MemberDto,
    errors: [NotFound],
    params: { reference: { type: 'string', minLength: 1, maxLength: 200, example: 'CUST-1001' } },
  })
  byReference(@Ctx() ctx: TenantContext, @May() may: Permits, @Param('reference') reference: string): Promise<Member> {
    return this.unitOfWork.read(ctx, (tx) => this.members.byReference(tx, reference, viewOf(may)));
  }

  @Get(':id')
  @Endpoint({ operationId: 'members_retrieve', summary: 'Get a member', permission: 'members:read', data: MemberDto, errors: [NotFound] })
  get(@Ctx() ctx: TenantContext, @May() may: Permits, @Param('id', IdPipe) id: string): Promise<Member> {
    return this.unitOfWork.read(ctx, (tx) => this.members.byId(tx, id, viewOf(may)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'members_partial_update',
    summary: 'Change what is known of a member, or their status',
    permission: 'members:write',
    data: MemberDto,
    errors: [NotFound, InvalidState, Duplicate],
    bodyExample: { status: 'suspended' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateMemberDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: await this.updateMember.execute(tx, id, UpdateMemberDto.toChanges(body)),
      secret: true,
    }));
  }
}
