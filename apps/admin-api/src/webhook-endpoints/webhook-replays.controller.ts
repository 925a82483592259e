import { Controller } from '@nestjs/common';
import { WebhookReplaysEndpoints } from '@tallystick/messaging';

@Controller('api/v1/webhook-endpoints')
export class WebhookReplaysController extends WebhookReplaysEndpoints {}
