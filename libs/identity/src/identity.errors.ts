import { defineError } from '@tallystick/kernel';

export const NotAuthenticated = defineError({
  code: 'not_authenticated',
  kind: 'unauthenticated',
  message: 'A credential is needed here',
  advice: 'Send `Authorization: Bearer` with an access token.',
});
export const AuthenticationFailed = defineError({
  code: 'authentication_failed',
  kind: 'unauthenticated',
  message: 'The credential is not accepted',
  advice: 'Get a new access token; check the user name and password.',
});
export const TokenExpired = defineError({
  code: 'token_expired',
  kind: 'unauthenticated',
  message: 'The access token has expired',
  advice: 'Get a new access token and repeat the request.',
});
export const MfaSetupRequired = defineError({
  code: 'mfa_setup_required',
  kind: 'forbidden',
  message: 'This role needs a second factor, which is not set up yet',
  advice: 'Set one up with `GET /auth/mfa/setup` and `POST /auth/mfa/setup/verify`, or sign in again with its code.',
});
export const CsrfFailed = defineError({
  code: 'csrf_failed',
  kind: 'forbidden',
  message: 'This request does not come from the page that signed in',
  advice: 'Get a token with `GET /auth/csrf` and send it as `X-CSRFToken`, from the page of the same origin.',
});
export const RegistrationDisabled = defineError({
  code: 'registration_disabled',
  kind: 'forbidden',
  message: 'People cannot register themselves here',
  advice: 'Ask an admin of the tenant for an invitation.',
});

// RFC 6749, section 5.2: the codes of the token endpoint. Messages are ASCII without quotes, as its `error_description` demands.
export const InvalidRequest = defineError({
  code: 'invalid_request',
  kind: 'invalid',
  message: 'The token request is malformed',
  advice: 'Send each parameter once, in the body, and one way of client authentication.',
});
export const InvalidClient = defineError({
  code: 'invalid_client',
  kind: 'unauthenticated',
  message: 'Client authentication failed',
  advice: 'Check the client id and secret; a revoked client needs new ones.',
});
export const UnauthorizedClient = defineError({
  code: 'unauthorized_client',
  kind: 'invalid',
  message: 'The tenant of this client is suspended',
  advice: 'Ask the platform to restore the tenant.',
});
export const UnsupportedGrantType = defineError({
  code: 'unsupported_grant_type',
  kind: 'invalid',
  message: 'The grant type must be client_credentials',
  advice: 'Send `grant_type=client_credentials`.',
});
export const InvalidScope = defineError({
  code: 'invalid_scope',
  kind: 'invalid',
  message: 'The scope is unknown or was not given to this client',
  advice: 'Ask for scopes that the client has, separated by single spaces, or for none to get all of them.',
});
