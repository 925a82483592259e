import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import {
  AccessTokenReader,
  ClientEntry,
  credentialsIn,
  InvalidClient,
  InvalidRequest,
  NetworkNotAllowed,
  parameterIn,
  readClientRequest,
  RevokeAccessToken,
  UnauthorizedClient,
} from '@tallystick/identity';
import { Endpoint, UnitOfWork } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { OAUTH_SETTINGS, rawRequest, TOKEN_ACT_EXAMPLE, TOKEN_ACT_PARAMETERS } from './oauth-request.js';

@ApiTags('OAuth')
@Controller('api/v1/oauth/revoke')
export class RevokeController {
  constructor(
    private readonly entry: ClientEntry,
    private readonly reader: AccessTokenReader,
    private readonly unitOfWork: UnitOfWork,
    private readonly revokeAccessToken: RevokeAccessToken,
  ) {}

  @Post()
  @ApiBody({ schema: TOKEN_ACT_PARAMETERS as object })
  @Endpoint({
    ...OAUTH_SETTINGS,
    operationId: 'oauth_revoke_create',
    summary: 'Take back an access token before it ends',
    description:
      'RFC 7009. The client authenticates as at the token endpoint, and takes back tokens of its own; within a second they are refused ' +
      'everywhere. A token that is unknown, has ended or was taken back before is answered with 200 too.',
    answer: { schema: { type: 'object', maxProperties: 0 } },
    errors: [InvalidRequest, InvalidClient, UnauthorizedClient, NetworkNotAllowed],
    bodyExample: TOKEN_ACT_EXAMPLE,
  })
  async create(@Req() request: FastifyRequest, @Body() body: object): Promise<object> {
    const asked = readClientRequest(rawRequest(request, body));
    const { ctx, client } = await this.entry.authenticate(request, credentialsIn(asked));
    const token = await this.reader.read(parameterIn(asked, 'token'));
    if (token) await this.unitOfWork.run(ctx, (tx) => this.revokeAccessToken.execute(tx, client, token));
    return {};
  }
}
