import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CreateMember, FindMembers, UpdateMember, type Member } from '@tallystick/loyalty';
import {
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  Ordering,
  PageQuery,
  Search,
  UnitOfWork,
  Writes,
  pageOf,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateMemberDto, MemberDto, UpdateMemberDto } from './member.dto.js';

class MembersQuery extends PageQuery {
  @Ordering(['created_at', 'reference'], { example: '-created_at' })
  ordering?: string;

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
  @Endpoint({ operationId: 'members_list', summary: 'List members', permission: 'members:read', data: [MemberDto], paging: 'page' })
  async list(@Ctx() ctx: TenantContext, @Query() query: MembersQuery): Promise<WithMeta<Member[]>> {
    const { page = 1, ordering, search } = query;
    const { members, total } = await this.unitOfWork.read(ctx, (tx) =>
      this.members.list(tx, { page, pageSize: pageSizeOf(query), ordering, search }),
    );
    return pageOf(members, query, total);
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
