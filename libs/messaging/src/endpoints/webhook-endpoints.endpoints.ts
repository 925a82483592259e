import { Body, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  UnitOfWork,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { WebhookDeliveries } from '../deliveries/webhook-deliveries.query.js';
import { WebhookDeliveryDto } from '../deliveries/webhook-delivery.dto.js';
import { TooManyWebhookEndpoints } from '../messaging.errors.js';
import { CallableUrls } from './callable-urls.js';
import { CreateWebhookEndpoint } from './create-webhook-endpoint.operation.js';
import { RemoveWebhookEndpoint } from './remove-webhook-endpoint.operation.js';
import { TestWebhookEndpoint } from './test-webhook-endpoint.operation.js';
import { UpdateWebhookEndpoint } from './update-webhook-endpoint.operation.js';
import {
  CreatedWebhookEndpointDto,
  CreateWebhookEndpointDto,
  UpdateWebhookEndpointDto,
  WebhookEndpointDto,
} from './webhook-endpoint.dto.js';
import { WebhookEndpoints } from './webhook-endpoints.query.js';

const LIST = 'webhook-endpoints';

/** Where tenants want to be told of events, the same on both APIs; each app's controller of that name extends it. */
export abstract class WebhookEndpointsEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Writes) private readonly writes: Writes;
  @Inject(Cursors) private readonly cursors: Cursors;
  @Inject(CallableUrls) private readonly callableUrls: CallableUrls;
  @Inject(WebhookEndpoints) private readonly endpoints: WebhookEndpoints;
  @Inject(WebhookDeliveries) private readonly deliveries: WebhookDeliveries;
  @Inject(CreateWebhookEndpoint) private readonly createEndpoint: CreateWebhookEndpoint;
  @Inject(UpdateWebhookEndpoint) private readonly updateEndpoint: UpdateWebhookEndpoint;
  @Inject(RemoveWebhookEndpoint) private readonly removeEndpoint: RemoveWebhookEndpoint;
  @Inject(TestWebhookEndpoint) private readonly testEndpoint: TestWebhookEndpoint;

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
  async create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Body() body: CreateWebhookEndpointDto,
  ): Promise<SealedAnswer> {
    await this.callableUrls.check(ctx, 'url', body.url);
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
  async update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateWebhookEndpointDto,
  ): Promise<SealedAnswer> {
    await this.callableUrls.check(ctx, 'url', body.url);
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

  @Post(':id/test')
  @Endpoint({
    operationId: 'webhook_endpoints_test_create',
    summary: 'Send a webhook endpoint a test event',
    description:
      '`webhook.test`, to this endpoint alone and whatever events it chose. The answer is its delivery, which is tried within seconds: read ' +
      'it again to see what the receiver answered.',
    permission: 'webhooks:write',
    status: 201,
    data: WebhookDeliveryDto,
    errors: [NotFound, InvalidState],
  })
  test(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const delivery = await this.deliveries.find(tx, await this.testEndpoint.execute(tx, id));
      return { status: 201, data: WebhookDeliveryDto.from(delivery) };
    });
  }
}
