import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { requestContext, type PlatformContext } from '@tallystick/kernel';
import { DecideInstitution, InstitutionRequests, type InstitutionDecision } from '@tallystick/offers';
import {
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  pageOf,
  pageWindow,
  PlatformCtx,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { InstitutionDto } from '../tenant/institution.dto.js';
import { ApproveInstitutionDto, InstitutionsQuery, PlatformInstitutionDto, RejectInstitutionDto } from './institution.dto.js';

@Controller('api/v1/platform/institutions')
export class PlatformInstitutionsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly requests: InstitutionRequests,
    private readonly decideInstitution: DecideInstitution,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'platform_institutions_list',
    summary: 'List the tenants that are financial institutions, or ask to be, the oldest request first',
    description: '`status=pending` shows those that wait for a decision.',
    permission: 'institutions:decide',
    data: [PlatformInstitutionDto],
    paging: 'page',
  })
  async list(@PlatformCtx() ctx: PlatformContext, @Query() query: InstitutionsQuery): Promise<WithMeta<PlatformInstitutionDto[]>> {
    const page = { status: query.status, ...pageWindow(query) };
    const { institutions, total } = await this.unitOfWork.read(ctx, (tx) => this.requests.list(tx, page));
    return pageOf(
      institutions.map((institution) => PlatformInstitutionDto.of(institution)),
      query,
      total,
    );
  }

  @Post(':id/approve')
  @Endpoint({
    operationId: 'platform_institutions_approve_create',
    summary: 'Approve a tenant as a financial institution',
    description: 'By the id of the tenant. Its servers get keys and tokens for cashback from then on.',
    permission: 'institutions:decide',
    data: InstitutionDto,
    errors: [NotFound, InvalidState],
  })
  approve(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { reason }: ApproveInstitutionDto,
  ): Promise<SealedAnswer> {
    return this.decide(ctx, request, id, { status: 'approved', reason });
  }

  @Post(':id/reject')
  @Endpoint({
    operationId: 'platform_institutions_reject_create',
    summary: 'Reject a tenant as a financial institution',
    permission: 'institutions:decide',
    data: InstitutionDto,
    errors: [NotFound, InvalidState],
  })
  reject(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { reason }: RejectInstitutionDto,
  ): Promise<SealedAnswer> {
    return this.decide(ctx, request, id, { status: 'rejected', reason });
  }

  /** In the tenant that it is about: row-level security lets a transaction write no other, and the tenant finds it in its own trail. */
  private async decide(
    ctx: PlatformContext,
    request: WriteRequest,
    tenantId: string,
    decision: InstitutionDecision,
  ): Promise<SealedAnswer> {
    await this.unitOfWork.read(ctx, (tx) => this.requests.require(tx, tenantId));
    return this.writes.run(requestContext({ ...ctx, tenantId }), request, async (tx) => ({
      status: 200,
      data: InstitutionDto.from(await this.decideInstitution.execute(tx, decision)),
    }));
  }
}
