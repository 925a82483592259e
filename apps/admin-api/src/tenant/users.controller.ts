import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  ChangeUserRole,
  FindTenantUsers,
  LastAdmin,
  RemoveUser,
  RestoreUser,
  SignOutUser,
  SuspendUser,
  type MembershipStatus,
} from '@tallystick/identity';
import {
  Choice,
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PageQuery,
  Search,
  Text,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
  type WriteTx,
} from '@tallystick/platform';
import { ChangeUserDto, SignedOutUserDto, USER_STATUSES, UserDto } from './user.dto.js';

class UsersQuery extends PageQuery {
  @Search({ description: 'A part of the name or the address.' })
  search?: string;

  @Choice(USER_STATUSES, { optional: true, example: 'active' })
  status?: MembershipStatus;

  @Text({ optional: true, max: 50, description: 'The code of a role.', example: 'support' })
  role?: string;
}

@Controller('api/v1/tenant/users')
export class UsersController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly users: FindTenantUsers,
    private readonly changeRole: ChangeUserRole,
    private readonly suspendUser: SuspendUser,
    private readonly restoreUser: RestoreUser,
    private readonly removeUser: RemoveUser,
    private readonly signOutUser: SignOutUser,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'tenant_users_list',
    summary: 'List the people of the tenant',
    permission: 'users:read',
    data: [UserDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: UsersQuery): Promise<WithMeta<UserDto[]>> {
    const { search, status, role } = query;
    const { users, total } = await this.unitOfWork.read(ctx, (tx) => this.users.list(tx, { search, status, role, ...pageWindow(query) }));
    return pageOf(
      users.map((user) => UserDto.from(user)),
      query,
      total,
    );
  }

  @Get(':id')
  @Endpoint({
    operationId: 'tenant_users_retrieve',
    summary: 'Get a person of the tenant',
    permission: 'users:read',
    data: UserDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<UserDto> {
    return UserDto.from(await this.unitOfWork.read(ctx, (tx) => this.users.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'tenant_users_partial_update',
    summary: 'Give a person another role',
    description: 'Acts within a second. Who rises signs in anew; who falls has their invitations taken back.',
    permission: 'users:write',
    data: UserDto,
    errors: [NotFound, LastAdmin],
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { role }: ChangeUserDto,
  ): Promise<SealedAnswer> {
    return this.change(ctx, request, id, (tx) => this.changeRole.execute(tx, { userId: id, role }));
  }

  @Post(':id/suspend')
  @Endpoint({
    operationId: 'tenant_users_suspend_create',
    summary: 'Suspend a person in this tenant',
    description: 'Ends their sessions in it. In other tenants nothing changes.',
    permission: 'users:write',
    data: UserDto,
    errors: [NotFound, InvalidState, LastAdmin],
  })
  suspend(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.change(ctx, request, id, (tx) => this.suspendUser.execute(tx, { userId: id }));
  }

  @Post(':id/restore')
  @Endpoint({
    operationId: 'tenant_users_restore_create',
    summary: 'Let a suspended person in again',
    permission: 'users:write',
    data: UserDto,
    errors: [NotFound, InvalidState],
  })
  restore(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.change(ctx, request, id, (tx) => this.restoreUser.execute(tx, { userId: id }));
  }

  @Post(':id/sign-out')
  @Endpoint({
    operationId: 'tenant_users_sign_out_create',
    summary: "End a person's sessions in this tenant",
    permission: 'users:write',
    data: SignedOutUserDto,
    errors: [NotFound],
  })
  signOut(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: { sessions: await this.signOutUser.execute(tx, { userId: id }) } satisfies SignedOutUserDto,
    }));
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'tenant_users_destroy',
    summary: 'Remove a person from the tenant',
    description: 'Their account stays theirs.',
    permission: 'users:write',
    errors: [NotFound, LastAdmin],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.removeUser.execute(tx, { userId: id });
      return { status: 200, data: null };
    });
  }

  private change(
    ctx: TenantContext,
    request: WriteRequest,
    id: string,
    act: (tx: WriteTx<TenantContext>) => Promise<void>,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await act(tx);
      return { status: 200, data: UserDto.from(await this.users.byId(tx, id)) };
    });
  }
}
