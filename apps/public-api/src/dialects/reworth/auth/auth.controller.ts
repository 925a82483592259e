import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AccessTokenReader,
  AuthenticationFailed,
  ClientEntry,
  InvalidClient,
  IssueDialectToken,
  NetworkNotAllowed,
  RenewDialectToken,
  type ReadAccessToken,
} from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { FindInstitution, InstitutionNotApproved } from '@tallystick/offers';
import { AUTHENTICATED, Ctx, Endpoint, Text, UnitOfWork, WithMeta } from '@tallystick/platform';
import { FindTenant } from '@tallystick/tenancy';
import type { FastifyRequest } from 'fastify';
import { REWORTH } from '../reworth.dialect.js';
import { answerOf } from '../reworth.envelope.js';
import { isRenewed, TOKEN_SECONDS, validUntil } from './token-life.policy.js';

export class ReworthAuthDto {
  @Text({ max: 255, description: 'The client id.', example: 'tsc_06c1mqst5j0' })
  key: string;

  @Text({ max: 255, description: 'The secret that goes with it.', example: 'tss_live_c2VjcmV0' })
  secret: string;
}

const WELCOME = 'Welcome! You have now authenticated to the REWORTH API';
const MESSAGE = { type: 'string', maxLength: 200, example: 'Your JWT is valid until February 17, 2022 5:37 PM' };
const TOKEN = {
  type: 'object',
  properties: { jwt: { type: 'string', minLength: 1, maxLength: 4_096, example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' } },
  required: ['jwt'],
  additionalProperties: false,
};

@ApiTags('Auth')
@Controller('reworth/v1/auth')
export class ReworthAuthController {
  constructor(
    private readonly entry: ClientEntry,
    private readonly issueToken: IssueDialectToken,
    private readonly renewToken: RenewDialectToken,
    private readonly reader: AccessTokenReader,
    private readonly institution: FindInstitution,
    private readonly tenants: FindTenant,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'reworth_auth_create',
    summary: 'Authenticate with key and secret',
    description:
      'The token under `data.jwt` is valid for a week on the paths of this API. It ends at once with the key, with its secret and with the ' +
      'institution. `AuthFailed` with the status 403 is said to an institution that the platform has not approved yet.',
    public: true,
    limit: 'token',
    answer: answerOf(TOKEN, { before: { status: { type: 'integer', const: 200 }, message: { type: 'string', const: WELCOME } } }),
    errors: [InvalidClient, NetworkNotAllowed, InstitutionNotApproved],
  })
  async create(@Req() request: FastifyRequest, @Body() { key, secret }: ReworthAuthDto): Promise<WithMeta<object>> {
    const { token } = await this.entry.run(request, key, async (tx) => {
      const asked = { clientId: key, clientSecret: secret, dialect: REWORTH.name, seconds: TOKEN_SECONDS };
      const given = await this.issueToken.execute(tx, asked);
      await this.institution.requireApproved(tx);
      return given;
    });
    return new WithMeta({ jwt: token }, { before: { status: 200, message: WELCOME } });
  }

  @Get('validate')
  @Endpoint({
    operationId: 'reworth_auth_validate_retrieve',
    summary: 'Validate a token',
    description: 'Until when it is valid, in the time zone of the institution.',
    permission: AUTHENTICATED,
    answer: answerOf({ type: 'object', maxProperties: 0, additionalProperties: false }, { before: { message: MESSAGE } }),
  })
  async validate(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest): Promise<WithMeta<object>> {
    const { payload } = await this.shownToken(request);
    return new WithMeta({}, { before: { message: validUntil(payload.exp!, await this.zoneOf(ctx)) } });
  }

  @Get('refresh')
  @Endpoint({
    operationId: 'reworth_auth_refresh_retrieve',
    summary: 'Refresh a token',
    description:
      'When no more than two hours are left of it, `data.jwt` is a new token for a week; before, it is the token that was shown. One that has ' +
      'expired is not refreshed: authenticate again.',
    permission: AUTHENTICATED,
    answer: answerOf(TOKEN, { before: { message: MESSAGE } }),
    errors: [InstitutionNotApproved],
  })
  async refresh(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest): Promise<WithMeta<object>> {
    const token = await this.shownToken(request);
    const zone = await this.zoneOf(ctx);
    if (!isRenewed(token.payload.exp!, Math.floor(Date.now() / 1_000)))
      return new WithMeta({ jwt: tokenIn(request) }, { before: { message: validUntil(token.payload.exp!, zone) } });
    const renewed = await this.unitOfWork.run(ctx, async (tx) => {
      await this.institution.requireApproved(tx);
      return this.renewToken.execute(tx, { token, seconds: TOKEN_SECONDS });
    });
    return new WithMeta({ jwt: renewed.token }, { before: { message: validUntil(renewed.expiresAt.getTime() / 1_000, zone) } });
  }

  @Post('refresh')
  @Endpoint({
    operationId: 'reworth_auth_refresh_create',
    summary: 'Refresh a token, for clients that post',
    description: 'The same as with GET.',
    permission: AUTHENTICATED,
    answer: answerOf(TOKEN, { before: { message: MESSAGE } }),
    errors: [InstitutionNotApproved],
  })
  refreshByPost(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest): Promise<WithMeta<object>> {
    return this.refresh(ctx, request);
  }

  /** The token that the guard has let in, read again for its end: who came by a cookie shows none. */
  private async shownToken(request: FastifyRequest): Promise<ReadAccessToken> {
    const token = await this.reader.read(tokenIn(request));
    if (!token) throw AuthenticationFailed.with();
    return token;
  }

  private async zoneOf(ctx: TenantContext): Promise<string> {
    const tenant = await this.unitOfWork.read(ctx, (tx) => this.tenants.find(tx));
    return tenant!.timezone;
  }
}

const tokenIn = ({ headers }: FastifyRequest): string => headers.authorization?.split(' ')[1] ?? '';
