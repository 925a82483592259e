import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CreateMember, FindMembers, UpdateMember, type Member, type MemberKey, type MemberOrdering } from '@tallystick/loyalty';
import {
  Cursors,
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  Ordering,
  PageOrCursorQuery,
  Search,
  UnitOfWork,
  Writes,
  pageSizeOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateMemberDto, MemberDto, UpdateMemberDto } from './member.dto.js';

class MembersQuery extends PageOrCursorQuery {
  @Ordering(['created_at', 'reference'], { example: '-created_at' })
  ordering?: MemberOrdering;

  @Search({ description: 'The beginning of a reference, or a whole e-mail address or phone number.' })
  search?: string;
}

@Controller('api/v1/members')
export class MembersController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly members: FindMembers,
    private readonly createMember: CreateMember,
    private readonly updateMember: UpdateMember,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'members_create',
    summary: 'Enroll a member',
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
    }));
  }

  @Get()
  @Endpoint({ operationId: 'members_list', summary: 'List members', permission: 'members:read', data: [MemberDto], paging: 'either' })
  async list(@Ctx() ctx: TenantContext, @Query() query: MembersQuery): Promise<WithMeta<Member[]>> {
    const list = `members ${query.ordering ?? '-created_at'}`;
    const after = this.cursors.read<MemberKey>(ctx, list, query);
    if (after) {
      const rows = await this.unitOfWork.read(ctx, (tx) => this.members.list(tx, query, { limit: pageSizeOf(query) + 1, after }));
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
      rows: await this.members.list(tx, query, pageWindow(query)),
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

  @Get('by-reference/:reference')
  @Endpoint({
    operationId: 'members_by_reference_retrieve',
    summary: "Get a member by the tenant's own id",
    permission: 'members:read',
    data: MemberDto,
    errors: [NotFound],
    params: { reference: { type: 'string', minLength: 1, maxLength: 200, example: 'CUST-1001' } },
  })
  byReference(@Ctx() ctx: TenantContext, @Param('reference') reference: string): Promise<Member> {
    return this.unitOfWork.read(ctx, (tx) => this.members.byReference(tx, reference));
  }

  @Get(':id')
  @Endpoint({ operationId: 'members_retrieve', summary: 'Get a member', permission: 'members:read', data: MemberDto, errors: [NotFound] })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<Member> {
    return this.unitOfWork.read(ctx, (tx) => this.members.byId(tx, id));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'members_partial_update',
    summary: 'Change what is known of a member, or their status',
    permission: 'members:write',
    data: MemberDto,
    errors: [NotFound, InvalidState],
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
    }));
  }
}
