import { defineError } from '@tallystick/kernel';

export const TooManyApiKeys = defineError({
  code: 'api_keys_exhausted',
  kind: 'conflict',
  message: 'A tenant has at most 100 API keys in force',
  advice: 'Revoke keys that are no longer needed.',
});
