import { defineError } from '@tallystick/kernel';

export const TooManyWebhookEndpoints = defineError({
  code: 'webhook_endpoints_exhausted',
  kind: 'conflict',
  message: 'A tenant has at most 50 webhook endpoints',
  advice: 'Remove an endpoint that is no longer needed.',
});
