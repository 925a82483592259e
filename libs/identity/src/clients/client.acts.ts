import { defineAct } from '@tallystick/platform';

export const ApiClientCreated = defineAct({ name: 'api_client.created', description: 'An API key was made' });
export const ApiClientRevoked = defineAct({ name: 'api_client.revoked', description: 'An API key was revoked' });
export const ApiClientSecretRegenerated = defineAct({
  name: 'api_client.secret_regenerated',
  description: 'An API key got a new secret',
});
export const ApiClientSecretRemoved = defineAct({
  name: 'api_client.secret_removed',
  description: 'The former secret of an API key was ended before its time',
});
export const ApiClientRefused = defineAct({
  name: 'api_client.refused',
  description: 'An API client was not let in: its secret, its network, or its tenant was not accepted',
});
export const AccessTokenRevoked = defineAct({
  name: 'access_token.revoked',
  description: 'An API client took back an access token of its own',
});
