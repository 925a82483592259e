import { Controller } from '@nestjs/common';
import { WebhookDeliveriesEndpoints } from '@tallystick/messaging';

@Controller('api/v1/webhook-deliveries')
export class WebhookDeliveriesController extends WebhookDeliveriesEndpoints {}
