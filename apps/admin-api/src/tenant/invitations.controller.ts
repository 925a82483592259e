import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  FindInvitations,
  INVITATION_STATUSES,
  InvitationDto,
  InviteUser,
  ResendInvitation,
  RevokeInvitation,
  type InvitationStatus,
} from '@tallystick/identity';
import {
  Choice,
  Ctx,
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

class CreateInvitationDto {
  @Email({ example: 'asha@bank.example' })
  email: string;

  @Text({ max: 50, description: 'One of the assignable roles, by its code.', example: 'manager' })
  role: string;

  @Text({ optional: true, max: 200, description: 'The person may write it otherwise.', example: 'Asha Rao' })
  full_name?: string;
}

class InvitationsQuery extends PageQuery {
  @Search({ description: 'A part of the address or the name.' })
  search?: string;

  @Choice(INVITATION_STATUSES, { optional: true, example: 'pending' })
  status?: InvitationStatus;
}

@Controller('api/v1/tenant/invitations')
export class InvitationsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly invitations: FindInvitations,
    private readonly inviteUser: InviteUser,
    private readonly resendInvitation: ResendInvitation,
    private readonly revokeInvitation: RevokeInvitation,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'tenant_invitations_list',
    summary: 'List invitations, newest first',
    permission: 'users:read',
    data: [InvitationDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: InvitationsQuery): Promise<WithMeta<InvitationDto[]>> {
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
    operationId: 'tenant_invitations_create',
    summary: 'Invite somebody by mail',
    description: 'The link works once, for seven days. The answer is the same whether or not the address has an account elsewhere.',
    permission: 'users:write',
    limit: 'invitation',
    status: 201,
    data: InvitationDto,
    errors: [Duplicate],
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Body() { email, role, full_name: fullName }: CreateInvitationDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const id = await this.inviteUser.execute(tx, { email, role, fullName: fullName ?? null });
      return { status: 201, data: await this.shown(tx, id) };
    });
  }

  @Get(':id')
  @Endpoint({
    operationId: 'tenant_invitations_retrieve',
    summary: 'Get an invitation',
    permission: 'users:read',
    data: InvitationDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<InvitationDto> {
    return InvitationDto.from(await this.unitOfWork.read(ctx, (tx) => this.invitations.byId(tx, id)));
  }

  @Post(':id/resend')
  @Endpoint({
    operationId: 'tenant_invitations_resend_create',
    summary: 'Send an invitation again',
    description: 'With a new link, which voids the old one; once a minute.',
    permission: 'users:write',
    limit: 'invitation',
    data: InvitationDto,
    errors: [NotFound, InvalidState, Throttled],
  })
  resend(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.resendInvitation.execute(tx, { id });
      return { status: 200, data: await this.shown(tx, id) };
    });
  }

  @Post(':id/revoke')
  @Endpoint({
    operationId: 'tenant_invitations_revoke_create',
    summary: 'Take an invitation back',
    permission: 'users:write',
    data: InvitationDto,
    errors: [NotFound, InvalidState],
  })
  revoke(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.revokeInvitation.execute(tx, { id });
      return { status: 200, data: await this.shown(tx, id) };
    });
  }

  private async shown(tx: WriteTx<TenantContext>, id: string): Promise<InvitationDto> {
    return InvitationDto.from(await this.invitations.byId(tx, id));
  }
}
