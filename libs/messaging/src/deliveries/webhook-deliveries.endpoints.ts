import { Get, Inject, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Choice,
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  Moment,
  NotFound,
  Text,
  UnitOfWork,
  Uuid,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { ReplayDelivery } from '../replays/replay-delivery.operation.js';
import { DELIVERY_STATUSES, WebhookDeliveries, type DeliveryStatus } from './webhook-deliveries.query.js';
import { WebhookDeliveryDetailDto, WebhookDeliveryDto } from './webhook-delivery.dto.js';

class WebhookDeliveriesQuery extends CursorQuery {
  @Uuid({ optional: true })
  endpoint_id?: string;

  @Choice(DELIVERY_STATUSES, { optional: true, example: 'failed' })
  status?: DeliveryStatus;

  @Text({ optional: true, max: 100, example: 'points.earned' })
  event_type?: string;

  @Moment({ optional: true, description: 'The event happened at or after.' })
  from?: string;

  @Moment({ optional: true, description: 'The event happened before.' })
  to?: string;
}

const LIST = 'webhook-deliveries';

/** What became of events, the same on both APIs; each app's controller of that name extends it. */
export abstract class WebhookDeliveriesEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Writes) private readonly writes: Writes;
  @Inject(Cursors) private readonly cursors: Cursors;
  @Inject(WebhookDeliveries) private readonly deliveries: WebhookDeliveries;
  @Inject(ReplayDelivery) private readonly replayDelivery: ReplayDelivery;

  @Get()
  @Endpoint({
    operationId: 'webhook_deliveries_list',
    summary: 'List webhook deliveries of the last 90 days, newest first',
    permission: 'webhooks:read',
    data: [WebhookDeliveryDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: WebhookDeliveriesQuery): Promise<WithMeta<WebhookDeliveryDto[]>> {
    const last = this.cursors.read<{ id: string }>(ctx, LIST, query);
    const filter = {
      endpointId: query.endpoint_id,
      status: query.status,
      eventName: query.event_type,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
    };
    const rows = await this.unitOfWork.read(ctx, (tx) =>
      this.deliveries.list(tx, filter, { before: last?.id, limit: pageSizeOf(query) + 1 }),
    );
    return this.cursors.page(ctx, LIST, query, rows, ({ id }) => ({ id }), WebhookDeliveryDto.from); // prettier-ignore
  }

  @Get(':id')
  @Endpoint({
    operationId: 'webhook_deliveries_retrieve',
    summary: 'Get a webhook delivery with what is sent and its tries',
    permission: 'webhooks:read',
    data: WebhookDeliveryDetailDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<WebhookDeliveryDetailDto> {
    return WebhookDeliveryDetailDto.from(await this.unitOfWork.read(ctx, (tx) => this.deliveries.find(tx, id)));
  }

  @Post(':id/replay')
  @Endpoint({
    operationId: 'webhook_deliveries_replay_create',
    summary: 'Deliver an event once more',
    description: 'Whatever came of it, under the same `webhook-id` and with the whole schedule of tries before it.',
    permission: 'webhooks:write',
    status: 202,
    data: WebhookDeliveryDto,
    errors: [NotFound, InvalidState],
  })
  replay(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.replayDelivery.execute(tx, id);
      return { status: 202, data: WebhookDeliveryDto.from(await this.deliveries.find(tx, id)) };
    });
  }
}
