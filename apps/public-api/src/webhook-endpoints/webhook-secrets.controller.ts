import { Controller } from '@nestjs/common';
import { WebhookSecretsEndpoints } from '@tallystick/messaging';

@Controller('api/v1/webhook-endpoints')
export class WebhookSecretsController extends WebhookSecretsEndpoints {}
