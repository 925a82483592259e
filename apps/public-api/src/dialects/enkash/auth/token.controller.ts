import { timingSafeEqual } from 'node:crypto';
import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import {
  AuthenticateClient,
  ClientEntry,
  credentialsIn,
  InvalidClient,
  InvalidRequest,
  NetworkNotAllowed,
  parameterIn,
  readClientRequest,
  UnsupportedGrantType,
  type ClientCredentials,
  type ClientRequest,
} from '@tallystick/identity';
import { Endpoint } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { InvalidGrant } from '../enkash.errors.js';
import { PartnerLocks } from './partner-locks.js';
import { invalidGrant, PartnerTokens, type PartnerToken } from './partner-tokens.js';
import { TOKEN_ANSWER, TOKEN_REQUEST } from './token.schemas.js';

@ApiTags('Authorization')
@Controller('oauth/token')
export class EnkashTokenController {
  constructor(
    private readonly entry: ClientEntry,
    private readonly authenticateClient: AuthenticateClient,
    private readonly locks: PartnerLocks,
    private readonly tokens: PartnerTokens,
  ) {}

  @Post()
  @ApiBody({ schema: TOKEN_REQUEST as object })
  @Endpoint({
    operationId: 'enkash_oauth_token_create',
    summary: 'Get an access token',
    description:
      'Basic authentication with the id and secret of an API client, which are the `username` and `password` of the form as well. The token ' +
      'lives for `expires_in` seconds; the refresh token is good once, for 24 hours. Three failures in a row lock the partner for 15 minutes.',
    public: true,
    limit: 'token',
    form: true,
    challenge: 'Basic realm="Tallystick"',
    answer: { schema: TOKEN_ANSWER },
    errors: [InvalidRequest, InvalidClient, InvalidGrant, UnsupportedGrantType, NetworkNotAllowed],
    bodyExample: { grant_type: 'password', username: 'tsc_06c1mqst5j0', password: 'tss_live_c2VjcmV0', clientId: 'tsc_06c1mqst5j0' },
  })
  create(@Req() request: FastifyRequest, @Body() body: object): Promise<PartnerToken> {
    const asked = readClientRequest({ authorization: request.headers.authorization, body, query: request.query as object });
    const credentials = credentialsIn(asked);
    const named = asked.parameters.get('clientId');
    if (named !== undefined && named !== credentials.clientId)
      throw InvalidRequest.with({ message: 'The clientId differs from that of the header' });
    const grant = grantOf(asked);
    return this.locks.guard(credentials.clientId, request.id, async () => {
      const token = await this.entry.run(request, credentials.clientId, async (tx) => {
        const client = await this.authenticateClient.execute(tx, credentials);
        if (grant.type === 'refresh_token') return this.tokens.refresh(tx, client, grant.token);
        return isSame(grant, credentials) ? this.tokens.issue(tx, client) : undefined;
      });
      // Thrown outside of the transaction: a refresh token that is used twice ends its family for good.
      if (!token) throw invalidGrant();
      return token;
    });
  }
}

type Grant =
  | { readonly type: 'password'; readonly username: string; readonly password: string }
  | { readonly type: 'refresh_token'; readonly token: string };

function grantOf(asked: ClientRequest): Grant {
  const type = parameterIn(asked, 'grant_type');
  if (type === 'refresh_token') return { type, token: parameterIn(asked, 'refresh_token') };
  if (type !== 'password') throw UnsupportedGrantType.with();
  return { type, username: parameterIn(asked, 'username'), password: parameterIn(asked, 'password') };
}

/** The user of the form is the client of the header. */
function isSame({ username, password }: Extract<Grant, { type: 'password' }>, { clientId, clientSecret }: ClientCredentials): boolean {
  const [given, own] = [Buffer.from(password), Buffer.from(clientSecret)];
  return username === clientId && given.length === own.length && timingSafeEqual(given, own);
}
