import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CLIENT_SCOPES, TokenSettings, VerificationKeys } from '@tallystick/identity';
import { Endpoint } from '@tallystick/platform';
import { AUTHORIZATION_SERVER, KEY_SET } from './well-known.schemas.js';

/** Keys are announced by a rotation before they sign, so a copy of this age verifies all. */
const SHORTLY = 'public, max-age=300';

const AUTH_METHODS = ['client_secret_basic', 'client_secret_post'];

@ApiTags('OAuth')
@Controller('.well-known')
export class WellKnownController {
  constructor(
    private readonly settings: TokenSettings,
    private readonly keys: VerificationKeys,
  ) {}

  @Get('jwks.json')
  @Header('cache-control', SHORTLY)
  @Endpoint({
    operationId: 'well_known_jwks_retrieve',
    summary: 'The public keys that verify access tokens',
    description: 'A JWK set (RFC 7517): the next key, the current one and those retired lately.',
    public: true,
    unenveloped: true,
    answer: { schema: KEY_SET },
  })
  async jwks(): Promise<object> {
    return { keys: await this.keys.published() };
  }

  @Get('oauth-authorization-server')
  @Header('cache-control', SHORTLY)
  @Endpoint({
    operationId: 'well_known_oauth_authorization_server_retrieve',
    summary: 'What the OAuth endpoints can do',
    description: 'Authorization server metadata (RFC 8414).',
    public: true,
    unenveloped: true,
    answer: { schema: AUTHORIZATION_SERVER },
  })
  authorizationServer(): object {
    const { issuer } = this.settings;
    return {
      issuer,
      token_endpoint: `${issuer}/api/v1/oauth/token`,
      revocation_endpoint: `${issuer}/api/v1/oauth/revoke`,
      introspection_endpoint: `${issuer}/api/v1/oauth/introspect`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: AUTH_METHODS,
      revocation_endpoint_auth_methods_supported: AUTH_METHODS,
      introspection_endpoint_auth_methods_supported: AUTH_METHODS,
      scopes_supported: CLIENT_SCOPES,
      service_documentation: `${issuer}/api/docs`,
    };
  }
}
