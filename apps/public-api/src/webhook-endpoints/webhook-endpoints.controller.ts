import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  CreateWebhookEndpoint,
  RemoveWebhookEndpoint,
  TooManyWebhookEndpoints,
  UpdateWebhookEndpoint,
  WebhookEndpoints,
} from '@tallystick/messaging';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  UnitOfWork,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CallableUrlPipe } from './callable-url.pipe.js';
import {
  CreatedWebhookEndpointDto,
  CreateWebhookEndpointDto,
  UpdateWebhookEndpointDto,
  WebhookEndpointDto,
} from './webhook-endpoint.dto.js';

const LIST = 'webhook-endpoints';

@Controller('api/v1/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly endpoints: WebhookEndpoints,
    private readonly createEndpoint: CreateWebhookEndpoint,
    private readonly updateEndpoint: UpdateWebhookEndpoint,
    private readonly removeEndpoint: RemoveWebhookEndpoint,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'webhook_endpoints_create',
    summary: 'Register a webhook endpoint',
    description: 'Events are posted to it as Standard Webhooks 1.0. The answer shows its signing secret, this once.',
    permission: 'webhooks:write',
    status: 201,
    data: CreatedWebhookEndpointDto,
    errors: [TooManyWebhookEndpoints],
    bodyExample: { url: 'https://hooks.example.com/tallystick', event_types: ['points.earned', 'points.redeemed'] },
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Body(CallableUrlPipe) body: CreateWebhookEndpointDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const { secret, ...endpoint } = await this.createEndpoint.execute(tx, CreateWebhookEndpointDto.toInput(body));
      return { status: 201, data: { ...WebhookEndpointDto.from(endpoint), secret }, secret: true };
    });
  }

  @Get()
  @Endpoint({
    operationId: 'webhook_endpoints_list',
    summary: 'List webhook endpoints, newest first',
    permission: 'webhooks:read',
    data: [WebhookEndpointDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: CursorQuery): Promise<WithMeta<WebhookEndpointDto[]>> {
    const last = this.cursors.read<{ id: string }>(ctx, LIST, query);
    const rows = await this.unitOfWork.read(ctx, (tx) => this.endpoints.list(tx, { before: last?.id, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(ctx, LIST, query, rows, ({ id }) => ({ id }), WebhookEndpointDto.from); // prettier-ignore
  }

  @Get(':id')
  @Endpoint({
    operationId: 'webhook_endpoints_retrieve',
    summary: 'Get a webhook endpoint',
    permission: 'webhooks:read',
    data: WebhookEndpointDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.from(await this.unitOfWork.read(ctx, (tx) => this.endpoints.find(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'webhook_endpoints_partial_update',
    summary: 'Change a webhook endpoint, disable it or make it active again',
    permission: 'webhooks:write',
    data: WebhookEndpointDto,
    errors: [NotFound],
    bodyExample: { event_types: ['*'], status: 'active' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body(CallableUrlPipe) body: UpdateWebhookEndpointDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: WebhookEndpointDto.from(await this.updateEndpoint.execute(tx, id, UpdateWebhookEndpointDto.toChange(body))),
    }));
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'webhook_endpoints_destroy',
    summary: 'Remove a webhook endpoint',
    description: 'What is still to be delivered to it is canceled; the record of deliveries stays.',
    permission: 'webhooks:write',
    errors: [NotFound],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.removeEndpoint.execute(tx, id);
      return { status: 200, data: null };
    });
  }
}
