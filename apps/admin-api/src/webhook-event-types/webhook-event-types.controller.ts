import { Controller } from '@nestjs/common';
import { WebhookEventTypesEndpoints } from '@tallystick/messaging';

@Controller('api/v1/webhook-event-types')
export class WebhookEventTypesController extends WebhookEventTypesEndpoints {}
