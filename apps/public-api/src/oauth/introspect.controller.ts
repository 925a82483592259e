import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import {
  ClientEntry,
  credentialsIn,
  InvalidClient,
  InvalidRequest,
  NetworkNotAllowed,
  parameterIn,
  readClientRequest,
  TokenIntrospection,
  UnauthorizedClient,
  type Introspection,
} from '@tallystick/identity';
import { Endpoint } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { INTROSPECTION } from './introspection.schema.js';
import { OAUTH_SETTINGS, rawRequest, TOKEN_ACT_EXAMPLE, TOKEN_ACT_PARAMETERS } from './oauth-request.js';

@ApiTags('OAuth')
@Controller('api/v1/oauth/introspect')
export class IntrospectController {
  constructor(
    private readonly entry: ClientEntry,
    private readonly introspection: TokenIntrospection,
  ) {}

  @Post()
  @ApiBody({ schema: TOKEN_ACT_PARAMETERS as object })
  @Endpoint({
    ...OAUTH_SETTINGS,
    operationId: 'oauth_introspect_create',
    summary: 'Ask whether an access token is good at this moment',
    description:
      'RFC 7662. The client authenticates as at the token endpoint and is told about tokens of its own tenant; of every other, and of one ' +
      'that has ended or was taken back, the answer is `{"active":false}`. `scope` is what the token still permits.',
    answer: { schema: INTROSPECTION },
    errors: [InvalidRequest, InvalidClient, UnauthorizedClient, NetworkNotAllowed],
    bodyExample: TOKEN_ACT_EXAMPLE,
  })
  async create(@Req() request: FastifyRequest, @Body() body: object): Promise<Introspection> {
    const asked = readClientRequest(rawRequest(request, body));
    const { ctx } = await this.entry.authenticate(request, credentialsIn(asked));
    return this.introspection.of(ctx, parameterIn(asked, 'token'));
  }
}
