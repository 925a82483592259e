import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import {
  ClientEntry,
  InvalidClient,
  InvalidRequest,
  InvalidScope,
  IssueClientToken,
  NetworkNotAllowed,
  readTokenRequest,
  UnauthorizedClient,
  UnsupportedGrantType,
} from '@tallystick/identity';
import { Endpoint } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { OAUTH_SETTINGS, rawRequest } from './oauth-request.js';
import { ClientTokenDto, TOKEN_PARAMETERS } from './token.dto.js';

@ApiTags('OAuth')
@Controller('api/v1/oauth/token')
export class TokenController {
  constructor(
    private readonly entry: ClientEntry,
    private readonly issueClientToken: IssueClientToken,
  ) {}

  @Post()
  @Header('pragma', 'no-cache')
  @ApiBody({ schema: TOKEN_PARAMETERS as object })
  @Endpoint({
    ...OAUTH_SETTINGS,
    operationId: 'oauth_token_create',
    summary: 'Get an access token for an API client',
    description:
      'RFC 6749, client credentials. The client authenticates by HTTP Basic or in the body, not by both. The token is a JWT (RFC 9068) ' +
      'that `/.well-known/jwks.json` verifies; it lives for `expires_in` seconds, and there is no refresh token: ask again. A key that a ' +
      'tenant made itself gets a token from its approved networks alone; elsewhere the answer is 403 with `error: network_not_allowed`, ' +
      'whatever the secret.',
    data: ClientTokenDto,
    errors: [InvalidRequest, InvalidClient, UnauthorizedClient, UnsupportedGrantType, InvalidScope, NetworkNotAllowed],
    bodyExample: {
      grant_type: 'client_credentials',
      client_id: 'tsc_06c1mqst5j0',
      client_secret: 'tss_live_c2VjcmV0',
      scope: 'points:write',
    },
  })
  create(@Req() request: FastifyRequest, @Body() body: object): Promise<ClientTokenDto> {
    const asked = readTokenRequest(rawRequest(request, body));
    return this.entry.run(request, asked.clientId, (tx) => this.issueClientToken.execute(tx, asked));
  }
}
