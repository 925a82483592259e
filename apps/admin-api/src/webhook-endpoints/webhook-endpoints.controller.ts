import { Controller } from '@nestjs/common';
import { WebhookEndpointsEndpoints } from '@tallystick/messaging';

@Controller('api/v1/webhook-endpoints')
export class WebhookEndpointsController extends WebhookEndpointsEndpoints {}
