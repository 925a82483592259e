import { Body, Inject, Post, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ClientEntry, credentialsIn, KeepClientToken, parameterIn, readClientRequest, type TokenBinding } from '@tallystick/identity';
import { Endpoint, UnitOfWork, WithMeta } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { LOYALIFE } from '../loyalife.dialect.js';
import type { BesideData } from '../loyalife.envelope.js';
import { refusal, refuse } from '../loyalife.errors.js';
import { FindRelation } from '../members/find-relation.query.js';
import { memberOfScope } from './token-scope.policy.js';
import { TOKEN_ANSWER, TOKEN_REQUEST } from './token.schemas.js';

/** How long a token lives (A.3.2). */
const TOKEN_SECONDS = 30 * 60;

/** The token call, the same below both prefixes. */
export abstract class TokenEndpoints {
  @Inject(ClientEntry) private readonly entry: ClientEntry;
  @Inject(KeepClientToken) private readonly keepClientToken: KeepClientToken;
  @Inject(FindRelation) private readonly relations: FindRelation;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('Token')
  @ApiBody({ schema: TOKEN_REQUEST as object })
  @Endpoint({
    operationId: 'loyalife_token_create',
    summary: 'Get the token for all other calls',
    description:
      'The same token is given until it lapses, by `tokenExpiresOn`; then a new one. A new secret ends earlier tokens at once. With the ' +
      '`scope` `["LOGIN","<RelationReference>"]`, as text, the token is good for that member alone.',
    public: true,
    limit: 'token',
    form: true,
    answer: { schema: TOKEN_ANSWER },
    errors: [refusal('402'), refusal('103')],
    bodyExample: { grant_type: 'client_credentials', client_id: 'tsc_06c1mqst5j0', client_secret: 'tss_live_c2VjcmV0' },
  })
  async create(@Req() request: FastifyRequest, @Body() body: object): Promise<WithMeta<object>> {
    const { authorization } = request.headers;
    const asked = readClientRequest({ authorization, body, query: request.query as object });
    if (parameterIn(asked, 'grant_type') !== 'client_credentials')
      throw refuse('999', { message: 'grant_type must be client_credentials' });
    const credentials = credentialsIn(asked);
    const reference = memberOfScope(asked.parameters.get('scope'));
    const binding = reference === undefined ? { dialect: LOYALIFE.name } : await this.bindingTo(request, credentials, reference);
    const { token, expiresAt } = await this.entry.run(request, credentials.clientId, (tx) =>
      this.keepClientToken.execute(tx, { ...credentials, binding, seconds: TOKEN_SECONDS }),
    );
    const answer = { token, tokenExpiresOn: expiresAt.toISOString() };
    return new WithMeta(answer, { beside: answer } satisfies BesideData);
  }

  /** Only a client that has proved itself learns which members there are. */
  private async bindingTo(
    request: FastifyRequest,
    credentials: Parameters<ClientEntry['authenticate']>[1],
    reference: string,
  ): Promise<TokenBinding> {
    const { ctx } = await this.entry.authenticate(request, credentials);
    const { id } = await this.unitOfWork.read(ctx, (tx) => this.relations.byReference(tx, reference, undefined));
    return { dialect: LOYALIFE.name, memberId: id };
  }
}
