import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import {
  InvalidClient,
  InvalidRequest,
  InvalidScope,
  IssueClientToken,
  NO_TENANT,
  readTokenRequest,
  tenantOfClientId,
  UnauthorizedClient,
  UnsupportedGrantType,
} from '@tallystick/identity';
import { requestContext } from '@tallystick/kernel';
import { Endpoint, UnitOfWork } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { oauthError } from './oauth-error.js';
import { ClientTokenDto, TOKEN_PARAMETERS } from './token.dto.js';

@ApiTags('OAuth')
@Controller('api/v1/oauth/token')
export class TokenController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly issueClientToken: IssueClientToken,
  ) {}

  @Post()
  @Header('pragma', 'no-cache')
  @ApiBody({ schema: TOKEN_PARAMETERS as object })
  @Endpoint({
    operationId: 'oauth_token_create',
    summary: 'Get an access token for an API client',
    description: 'RFC 6749, client credentials. The client authenticates by HTTP Basic or in the body, not by both.',
    public: true,
    form: true,
    unenveloped: true,
    errorBody: oauthError,
    challenge: 'Basic realm="Tallystick"',
    data: ClientTokenDto,
    errors: [InvalidRequest, InvalidClient, UnauthorizedClient, UnsupportedGrantType, InvalidScope],
    bodyExample: {
      grant_type: 'client_credentials',
      client_id: 'tsc_06c1mqst5j0',
      client_secret: 'tss_live_c2VjcmV0',
      scope: 'points:write',
    },
  })
  create(@Req() request: FastifyRequest, @Body() body: object): Promise<ClientTokenDto> {
    const asked = readTokenRequest({ authorization: request.headers.authorization, body, query: request.query as object });
    const ctx = requestContext({
      tenantId: tenantOfClientId(asked.clientId) ?? NO_TENANT,
      actor: { type: 'anonymous', id: 'anonymous' },
      requestId: request.id,
    });
    return this.unitOfWork.run(ctx, (tx) => this.issueClientToken.execute(tx, asked));
  }
}
