import { Controller, Get, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { DELIVERY_STATUSES, WebhookDeliveries, type DeliveryStatus } from '@tallystick/messaging';
import {
  Choice,
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  IdPipe,
  Moment,
  NotFound,
  Text,
  UnitOfWork,
  Uuid,
  pageSizeOf,
  type WithMeta,
} from '@tallystick/platform';
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

@Controller('api/v1/webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cursors: Cursors,
    private readonly deliveries: WebhookDeliveries,
  ) {}

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
    summary: 'Get a webhook delivery with its tries',
    permission: 'webhooks:read',
    data: WebhookDeliveryDetailDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<WebhookDeliveryDetailDto> {
    return WebhookDeliveryDetailDto.from(await this.unitOfWork.read(ctx, (tx) => this.deliveries.find(tx, id)));
  }
}
