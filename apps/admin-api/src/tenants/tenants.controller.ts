import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PlatformContext } from '@tallystick/kernel';
import {
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  PlatformCtx,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { ChangeTenant, FindTenants, OpenOrganization } from '@tallystick/tenancy';
import { FirstAdmins } from './first-admins.js';
import { FirstAdminDto, OpenedOrganizationDto, OpenOrganizationDto, TenantDto, TenantsQuery, UpdateTenantDto } from './tenant.dto.js';

@ApiTags('Tenants')
@Controller('api/v1/tenants')
export class TenantsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly tenants: FindTenants,
    private readonly openOrganization: OpenOrganization,
    private readonly changeTenant: ChangeTenant,
    private readonly firstAdmins: FirstAdmins,
  ) {}

  @Get()
  @Endpoint({ operationId: 'tenants_list', summary: 'List tenants', permission: 'tenants:read', data: [TenantDto], paging: 'page' })
  async list(@PlatformCtx() ctx: PlatformContext, @Query() query: TenantsQuery): Promise<WithMeta<TenantDto[]>> {
    const { status, mode, search, ordering = '-created_at' } = query;
    const { tenants, total } = await this.unitOfWork.read(ctx, (tx) =>
      this.tenants.list(tx, { status, mode, search, order: ordering, ...pageWindow(query) }),
    );
    return pageOf(tenants.map(TenantDto.from), query, total);
  }

  @Post()
  @Endpoint({
    operationId: 'tenants_create',
    summary: 'Admit an organization',
    description: 'Opens its live tenant and the sandbox twin together, and invites the first admin into both.',
    permission: 'tenants:write',
    status: 201,
    data: OpenedOrganizationDto,
    errors: [Duplicate],
  })
  async create(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Body() body: OpenOrganizationDto,
  ): Promise<SealedAnswer> {
    const answer = await this.writes.platform(ctx, request, async (tx) => {
      const { liveId, sandboxId } = await this.openOrganization.execute(tx, OpenOrganizationDto.toInput(body));
      const [live, sandbox] = [await this.tenants.byId(tx, liveId), await this.tenants.byId(tx, sandboxId)].map(TenantDto.from);
      return { status: 201, data: { organization: live!.organization, live, sandbox } };
    });
    // Invitations belong to the tenants: they are sent once these are there, and again on a repeat.
    if (body.admin && answer.status === 201) await this.firstAdmins.inviteInto(ctx, openedBy(answer), FirstAdminDto.toAdmin(body.admin));
    return answer;
  }

  @Get(':id')
  @Endpoint({ operationId: 'tenants_retrieve', summary: 'Read a tenant', permission: 'tenants:read', data: TenantDto, errors: [NotFound] })
  async get(@PlatformCtx() ctx: PlatformContext, @Param('id', IdPipe) id: string): Promise<TenantDto> {
    return TenantDto.from(await this.unitOfWork.read(ctx, (tx) => this.tenants.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'tenants_partial_update',
    summary: 'Change a tenant',
    description: 'What is left out stays as it is. Another zone counts for business days from now on.',
    permission: 'tenants:write',
    data: TenantDto,
    errors: [NotFound],
    bodyExample: { points_label: 'stars' },
  })
  update(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateTenantDto,
  ): Promise<SealedAnswer> {
    return this.writes.platform(ctx, request, async (tx) => {
      await this.changeTenant.execute(tx, id, UpdateTenantDto.toChanges(body));
      return { status: 200, data: TenantDto.from(await this.tenants.byId(tx, id)) };
    });
  }
}

/** The tenants that an answer of now, or of then, tells of. */
function openedBy({ text }: SealedAnswer): string[] {
  const { data } = JSON.parse(text) as { data: OpenedOrganizationDto };
  return [data.live.id, data.sandbox.id];
}
