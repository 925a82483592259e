import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import {
  ChangePlatformRole,
  FindPlatformUsers,
  LastAdmin,
  MfaNotEnabled,
  PLATFORM_ROLES,
  ResetMfa,
  RestorePlatformUser,
  SuspendPlatformUser,
  type MembershipStatus,
  type PlatformRole,
} from '@tallystick/identity';
import {
  Choice,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PageQuery,
  PlatformCtx,
  Search,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
  type WriteTx,
} from '@tallystick/platform';
import { ChangePlatformUserDto, PLATFORM_USER_STATUSES, PlatformUserDto, ResetMfaDto } from './user.dto.js';

class PlatformUsersQuery extends PageQuery {
  @Search({ description: 'A part of the name or the address.' })
  search?: string;

  @Choice(PLATFORM_USER_STATUSES, { optional: true, example: 'active' })
  status?: MembershipStatus;

  @Choice(PLATFORM_ROLES, { optional: true, example: 'internal_staff' })
  role?: PlatformRole;
}

@Controller('api/v1/platform/users')
export class PlatformUsersController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly users: FindPlatformUsers,
    private readonly changeRole: ChangePlatformRole,
    private readonly suspendUser: SuspendPlatformUser,
    private readonly restoreUser: RestorePlatformUser,
    private readonly resetMfa: ResetMfa,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'platform_users_list',
    summary: 'List the people of the platform',
    permission: 'platform_users:read',
    data: [PlatformUserDto],
    paging: 'page',
  })
  async list(@PlatformCtx() ctx: PlatformContext, @Query() query: PlatformUsersQuery): Promise<WithMeta<PlatformUserDto[]>> {
    const { search, status, role } = query;
    const { users, total } = await this.unitOfWork.read(ctx, (tx) => this.users.list(tx, { search, status, role, ...pageWindow(query) }));
    return pageOf(
      users.map((user) => PlatformUserDto.from(user)),
      query,
      total,
    );
  }

  @Get(':id')
  @Endpoint({
    operationId: 'platform_users_retrieve',
    summary: 'Get a person of the platform',
    permission: 'platform_users:read',
    data: PlatformUserDto,
    errors: [NotFound],
  })
  async get(@PlatformCtx() ctx: PlatformContext, @Param('id', IdPipe) id: string): Promise<PlatformUserDto> {
    return PlatformUserDto.from(await this.unitOfWork.read(ctx, (tx) => this.users.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'platform_users_partial_update',
    summary: 'Give a person of the platform another role',
    description: 'Acts within a second. Who rises signs in anew; who falls has their invitations taken back.',
    permission: 'platform_users:write',
    data: PlatformUserDto,
    errors: [NotFound, LastAdmin],
  })
  update(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { role }: ChangePlatformUserDto,
  ): Promise<SealedAnswer> {
    return this.change(ctx, request, id, (tx) => this.changeRole.execute(tx, { userId: id, role }));
  }

  @Post(':id/suspend')
  @Endpoint({
    operationId: 'platform_users_suspend_create',
    summary: 'Suspend a person of the platform',
    description: 'Ends their sessions on it. What they are in tenants stays.',
    permission: 'platform_users:write',
    data: PlatformUserDto,
    errors: [NotFound, InvalidState, LastAdmin],
  })
  suspend(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
  ): Promise<SealedAnswer> {
    return this.change(ctx, request, id, (tx) => this.suspendUser.execute(tx, { userId: id }));
  }

  @Post(':id/restore')
  @Endpoint({
    operationId: 'platform_users_restore_create',
    summary: 'Let a suspended person of the platform in again',
    permission: 'platform_users:write',
    data: PlatformUserDto,
    errors: [NotFound, InvalidState],
  })
  restore(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
  ): Promise<SealedAnswer> {
    return this.change(ctx, request, id, (tx) => this.restoreUser.execute(tx, { userId: id }));
  }

  @Post(':id/reset-mfa')
  @Endpoint({
    operationId: 'platform_users_reset_mfa_create',
    summary: 'Take the second factor from a person who lost it',
    description:
      'For whoever has an account, also in tenants alone, and has neither app nor recovery codes any more. All their sessions end, a mail tells them, and a role that requires a factor lets them reach nothing but the set-up of another.',
    permission: 'platform_users:write',
    errors: [NotFound, InvalidState, MfaNotEnabled],
  })
  reset(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { reason }: ResetMfaDto,
  ): Promise<SealedAnswer> {
    return this.writes.platform(ctx, request, async (tx) => {
      await this.resetMfa.execute(tx, { userId: id, reason });
      return { status: 200, data: null };
    });
  }

  private change(
    ctx: PlatformContext,
    request: WriteRequest,
    id: string,
    act: (tx: WriteTx<PlatformContext>) => Promise<void>,
  ): Promise<SealedAnswer> {
    return this.writes.platform(ctx, request, async (tx) => {
      await act(tx);
      return { status: 200, data: PlatformUserDto.from(await this.users.byId(tx, id)) };
    });
  }
}
