import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import {
  FindInvitations,
  INVITATION_STATUSES,
  InvitationDto,
  InvitePlatformUser,
  PLATFORM_ROLES,
  ResendInvitation,
  RevokeInvitation,
  type InvitationStatus,
  type PlatformRole,
} from '@tallystick/identity';
import {
  Choice,
  PlatformCtx,
  Duplicate,
  Email,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PageQuery,
  Search,
  Text,
  Throttled,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
  type WriteTx,
} from '@tallystick/platform';

class CreatePlatformInvitationDto {
  @Email({ example: 'asha@bank.example' })
  email: string;

  @Choice(PLATFORM_ROLES, { example: 'internal_staff' })
  role: PlatformRole;

  @Text({ optional: true, max: 200, description: 'The person may write it otherwise.', example: 'Asha Rao' })
  full_name?: string;
}

class PlatformInvitationsQuery extends PageQuery {
  @Search({ description: 'A part of the address or the name.' })
  search?: string;

  @Choice(INVITATION_STATUSES, { optional: true, example: 'pending' })
  status?: InvitationStatus;
}

@Controller('api/v1/platform/invitations')
export class PlatformInvitationsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly invitations: FindInvitations,
    private readonly invite: InvitePlatformUser,
    private readonly resendInvitation: ResendInvitation,
    private readonly revokeInvitation: RevokeInvitation,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'platform_invitations_list',
    summary: 'List invitations to the platform, newest first',
    permission: 'platform_users:read',
    data: [InvitationDto],
    paging: 'page',
  })
  async list(@PlatformCtx() ctx: PlatformContext, @Query() query: PlatformInvitationsQuery): Promise<WithMeta<InvitationDto[]>> {
    const { search, status } = query;
    const { invitations, total } = await this.unitOfWork.read(ctx, (tx) =>
      this.invitations.list(tx, { search, status, ...pageWindow(query) }),
    );
    return pageOf(
      invitations.map((invitation) => InvitationDto.from(invitation)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'platform_invitations_create',
    summary: 'Invite somebody to the platform by mail',
    description: 'The link works once, for seven days.',
    permission: 'platform_users:write',
    limit: 'invitation',
    status: 201,
    data: InvitationDto,
    errors: [Duplicate],
  })
  create(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Body() { email, role, full_name: fullName }: CreatePlatformInvitationDto,
  ): Promise<SealedAnswer> {
    return this.writes.platform(ctx, request, async (tx) => {
      const id = await this.invite.execute(tx, { email, role, fullName: fullName ?? null });
      return { status: 201, data: await this.shown(tx, id) };
    });
  }

  @Get(':id')
  @Endpoint({
    operationId: 'platform_invitations_retrieve',
    summary: 'Get an invitation to the platform',
    permission: 'platform_users:read',
    data: InvitationDto,
    errors: [NotFound],
  })
  async get(@PlatformCtx() ctx: PlatformContext, @Param('id', IdPipe) id: string): Promise<InvitationDto> {
    return InvitationDto.from(await this.unitOfWork.read(ctx, (tx) => this.invitations.byId(tx, id)));
  }

  @Post(':id/resend')
  @Endpoint({
    operationId: 'platform_invitations_resend_create',
    summary: 'Send an invitation to the platform again',
    description: 'With a new link, which voids the old one; once a minute.',
    permission: 'platform_users:write',
    limit: 'invitation',
    data: InvitationDto,
    errors: [NotFound, InvalidState, Throttled],
  })
  resend(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
  ): Promise<SealedAnswer> {
    return this.writes.platform(ctx, request, async (tx) => {
      await this.resendInvitation.execute(tx, { id });
      return { status: 200, data: await this.shown(tx, id) };
    });
  }

  @Post(':id/revoke')
  @Endpoint({
    operationId: 'platform_invitations_revoke_create',
    summary: 'Take an invitation to the platform back',
    permission: 'platform_users:write',
    data: InvitationDto,
    errors: [NotFound, InvalidState],
  })
  revoke(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
  ): Promise<SealedAnswer> {
    return this.writes.platform(ctx, request, async (tx) => {
      await this.revokeInvitation.execute(tx, { id });
      return { status: 200, data: await this.shown(tx, id) };
    });
  }

  private async shown(tx: WriteTx<PlatformContext>, id: string): Promise<InvitationDto> {
    return InvitationDto.from(await this.invitations.byId(tx, id));
  }
}
