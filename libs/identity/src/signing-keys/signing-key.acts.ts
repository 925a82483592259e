import { defineAct } from '@tallystick/platform';

export const SigningKeyRotated = defineAct({ name: 'signing_key.rotated', description: 'The key that signs access tokens was replaced' });
