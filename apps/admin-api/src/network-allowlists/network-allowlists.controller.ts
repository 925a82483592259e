import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { DecideNetwork, NetworkRequests, type NetworkDecision } from '@tallystick/identity';
import { requestContext, type PlatformContext } from '@tallystick/kernel';
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
import { NetworkAllowlistEntryDto, NetworkAllowlistQuery } from '../tenant/network-allowlist.dto.js';
import { ApproveNetworkDto, NetworkRequestDto, RejectNetworkDto } from './network-allowlists.dto.js';

@Controller('api/v1/network-allowlists')
export class NetworkAllowlistsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly requests: NetworkRequests,
    private readonly decideNetwork: DecideNetwork,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'network_allowlists_list',
    summary: "List the tenants' requests for networks, the oldest first",
    description: '`status=requested` shows those that wait for a decision.',
    permission: 'network_allowlists:decide',
    data: [NetworkRequestDto],
    paging: 'page',
  })
  async list(@PlatformCtx() ctx: PlatformContext, @Query() query: NetworkAllowlistQuery): Promise<WithMeta<NetworkRequestDto[]>> {
    const page = { status: query.status, ...pageWindow(query) };
    const { entries, total } = await this.unitOfWork.read(ctx, (tx) => this.requests.list(tx, page));
    return pageOf(
      entries.map((entry) => NetworkRequestDto.of(entry)),
      query,
      total,
    );
  }

  @Post(':id/approve')
  @Endpoint({
    operationId: 'network_allowlists_approve_create',
    summary: "Approve a tenant's network",
    description: "The tenant's API keys work from there within a second. Nobody decides on a request of a tenant that they belong to.",
    permission: 'network_allowlists:decide',
    data: NetworkAllowlistEntryDto,
    errors: [NotFound, InvalidState],
  })
  approve(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { reason }: ApproveNetworkDto,
  ): Promise<SealedAnswer> {
    return this.decide(ctx, request, { id, status: 'approved', reason });
  }

  @Post(':id/reject')
  @Endpoint({
    operationId: 'network_allowlists_reject_create',
    summary: "Reject a tenant's network",
    permission: 'network_allowlists:decide',
    data: NetworkAllowlistEntryDto,
    errors: [NotFound, InvalidState],
  })
  reject(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { reason }: RejectNetworkDto,
  ): Promise<SealedAnswer> {
    return this.decide(ctx, request, { id, status: 'rejected', reason });
  }

  /** In the tenant whose request it is: row-level security lets a transaction write no other, and the tenant finds it in its own trail. */
  private async decide(ctx: PlatformContext, request: WriteRequest, decision: NetworkDecision): Promise<SealedAnswer> {
    const tenantId = await this.unitOfWork.read(ctx, (tx) => this.requests.tenantOf(tx, decision.id));
    return this.writes.run(requestContext({ ...ctx, tenantId }), request, async (tx) => ({
      status: 200,
      data: NetworkAllowlistEntryDto.from(await this.decideNetwork.execute(tx, decision)),
    }));
  }
}
