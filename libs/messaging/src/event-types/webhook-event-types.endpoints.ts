import { Get } from '@nestjs/common';
import { Endpoint, eventCatalogue } from '@tallystick/platform';
import { WebhookEventTypeDto } from './webhook-event-type.dto.js';

/** What endpoints can be told of, the same on both APIs; each app's controller of that name extends it. */
export abstract class WebhookEventTypesEndpoints {
  @Get()
  @Endpoint({
    operationId: 'webhook_event_types_list',
    summary: 'List the events that webhook endpoints can be told of, with their schemas',
    permission: 'webhooks:read',
    data: [WebhookEventTypeDto],
  })
  list(): WebhookEventTypeDto[] {
    return eventCatalogue().map(WebhookEventTypeDto.from);
  }
}
