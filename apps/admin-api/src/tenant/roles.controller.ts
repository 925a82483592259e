import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { DeleteRole, FindRoles, RoleInUse, SaveRole, TooManyRoles } from '@tallystick/identity';
import {
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  PageQuery,
  Search,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateRoleDto, RoleDto, UpdateRoleDto } from './role.dto.js';

class RolesQuery extends PageQuery {
  @Search({ description: 'A part of the name or code.' })
  search?: string;
}

@Controller('api/v1/tenant/roles')
export class RolesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly roles: FindRoles,
    private readonly saveRole: SaveRole,
    private readonly deleteRole: DeleteRole,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'tenant_roles_list',
    summary: 'List the roles that the tenant made itself',
    permission: 'roles:read',
    data: [RoleDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: RolesQuery): Promise<WithMeta<RoleDto[]>> {
    const { roles, total } = await this.unitOfWork.read(ctx, (tx) => this.roles.list(tx, { search: query.search, ...pageWindow(query) }));
    return pageOf(
      roles.map((role) => RoleDto.from(role)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'tenant_roles_create',
    summary: 'Make a role',
    permission: 'roles:write',
    status: 201,
    data: RoleDto,
    errors: [Duplicate, TooManyRoles],
    bodyExample: { code: 'branch_lead', name: 'Branch lead', permissions: ['members:read', 'points:read'], rank: 50 },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateRoleDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const { id } = await this.saveRole.create(tx, CreateRoleDto.toNewRole(body));
      return { status: 201, data: RoleDto.from(await this.roles.byId(tx, id)) };
    });
  }

  @Get(':id')
  @Endpoint({
    operationId: 'tenant_roles_retrieve',
    summary: 'Get a role',
    permission: 'roles:read',
    data: RoleDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<RoleDto> {
    return RoleDto.from(await this.unitOfWork.read(ctx, (tx) => this.roles.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'tenant_roles_partial_update',
    summary: 'Change a role',
    description: 'Acts within a second on everyone who has it.',
    permission: 'roles:write',
    data: RoleDto,
    errors: [NotFound],
    bodyExample: { permissions: ['members:read'] },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateRoleDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.saveRole.update(tx, id, (known) => UpdateRoleDto.over(known, body));
      return { status: 200, data: RoleDto.from(await this.roles.byId(tx, id)) };
    });
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'tenant_roles_destroy',
    summary: 'Delete a role that nobody has',
    permission: 'roles:write',
    errors: [NotFound, RoleInUse],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.deleteRole.execute(tx, { id });
      return { status: 200, data: null };
    });
  }
}
