import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { AllowlistFull, NetworkAllowlist, RemoveNetwork, RequestNetwork } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import {
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  pageOf,
  pageWindow,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import {
  CreatedNetworkAllowlistEntryDto,
  CreateNetworkAllowlistDto,
  NetworkAllowlistEntryDto,
  NetworkAllowlistQuery,
} from './network-allowlist.dto.js';

@Controller('api/v1/tenant/network-allowlist')
export class NetworkAllowlistController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly allowlist: NetworkAllowlist,
    private readonly requestNetwork: RequestNetwork,
    private readonly removeNetwork: RemoveNetwork,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'tenant_network_allowlist_list',
    summary: 'List the networks asked for, approved, rejected and removed, newest first',
    permission: 'network_allowlist:read',
    data: [NetworkAllowlistEntryDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: NetworkAllowlistQuery): Promise<WithMeta<NetworkAllowlistEntryDto[]>> {
    const page = { status: query.status, ...pageWindow(query) };
    const { entries, total } = await this.unitOfWork.read(ctx, (tx) => this.allowlist.list(tx, page));
    return pageOf(
      entries.map((entry) => NetworkAllowlistEntryDto.from(entry)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'tenant_network_allowlist_create',
    summary: 'Ask for a network from which your API keys may be used',
    description:
      'The platform approves or rejects it. Keys that you make yourself work from approved networks alone, and the first one can be made ' +
      'once a network is approved. People who sign in are not bound by it, so nobody locks themselves out.',
    permission: 'network_allowlist:write',
    status: 201,
    data: CreatedNetworkAllowlistEntryDto,
    errors: [Duplicate, AllowlistFull],
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateNetworkAllowlistDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const entry = await this.requestNetwork.execute(tx, CreateNetworkAllowlistDto.toRequest(body));
      return { status: 201, data: CreatedNetworkAllowlistEntryDto.of(entry, ctx.origin?.address) };
    });
  }

  @Get(':id')
  @Endpoint({
    operationId: 'tenant_network_allowlist_retrieve',
    summary: 'Get a network of the list',
    permission: 'network_allowlist:read',
    data: NetworkAllowlistEntryDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<NetworkAllowlistEntryDto> {
    return NetworkAllowlistEntryDto.from(await this.unitOfWork.read(ctx, (tx) => this.allowlist.find(tx, id)));
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'tenant_network_allowlist_destroy',
    summary: 'Take a network off the list, or a request back',
    description:
      'API keys stop working from there within a second, tokens that are out included, unless another approved network holds it.',
    permission: 'network_allowlist:write',
    errors: [NotFound, InvalidState],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.removeNetwork.execute(tx, { id });
      return { status: 200, data: null };
    });
  }
}
