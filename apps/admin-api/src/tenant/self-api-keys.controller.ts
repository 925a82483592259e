import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import {
  CreateOwnApiKey,
  FindApiKeys,
  NetworkNotAllowed,
  RegenerateClientSecret,
  RemovePreviousSecret,
  RevokeApiClient,
  TooManyApiKeys,
} from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { FindInstitution, InstitutionNotApproved } from '@tallystick/offers';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  pageOf,
  pageWindow,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateSelfApiKeyDto, RegenerateSecretDto, SelfApiKeyDto, SelfApiKeySecretDto, SelfApiKeysQuery } from './self-api-key.dto.js';

@Controller('api/v1/tenant/self-api-keys')
export class SelfApiKeysController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly keys: FindApiKeys,
    private readonly createOwnApiKey: CreateOwnApiKey,
    private readonly regenerateClientSecret: RegenerateClientSecret,
    private readonly removePreviousSecret: RemovePreviousSecret,
    private readonly revokeApiClient: RevokeApiClient,
    private readonly institution: FindInstitution,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'tenant_self_api_keys_list',
    summary: 'List API keys, newest first',
    permission: 'api_keys:read',
    data: [SelfApiKeyDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: SelfApiKeysQuery): Promise<WithMeta<SelfApiKeyDto[]>> {
    const page = { status: query.status, ...pageWindow(query) };
    const { keys, total } = await this.unitOfWork.read(ctx, (tx) => this.keys.list(tx, page));
    return pageOf(
      keys.map((key) => SelfApiKeyDto.from(key)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'tenant_self_api_keys_create',
    summary: 'Create an API key; needs an approved network',
    description:
      'The answer shows the secret, this once. With it and `client_id` a server gets access tokens at `POST /api/v1/oauth/token` of the ' +
      'public API (RFC 6749, client credentials), from the allowed networks alone. Scopes of cashback are for approved institutions.',
    permission: 'api_keys:write',
    status: 201,
    data: SelfApiKeySecretDto,
    errors: [NetworkNotAllowed, TooManyApiKeys, InstitutionNotApproved],
    bodyExample: { name: 'Core banking, production', scopes: ['members:read', 'points:write'] },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateSelfApiKeyDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.institution.admitScopes(tx, body.scopes);
      const { id, clientSecret } = await this.createOwnApiKey.execute(tx, CreateSelfApiKeyDto.toKey(body));
      return { status: 201, data: { ...SelfApiKeyDto.from(await this.keys.find(tx, id)), secret: clientSecret }, secret: true };
    });
  }

  @Get(':id')
  @Endpoint({
    operationId: 'tenant_self_api_keys_retrieve',
    summary: 'Get an API key, without its secret',
    permission: 'api_keys:read',
    data: SelfApiKeyDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<SelfApiKeyDto> {
    return SelfApiKeyDto.from(await this.unitOfWork.read(ctx, (tx) => this.keys.find(tx, id)));
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'tenant_self_api_keys_destroy',
    summary: 'Revoke an API key',
    description: 'It gets no more tokens, and within a second none of its tokens is accepted. The key stays on the list as `revoked`.',
    permission: 'api_keys:write',
    data: SelfApiKeyDto,
    errors: [NotFound, InvalidState],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.revokeApiClient.execute(tx, { id });
      return { status: 200, data: SelfApiKeyDto.from(await this.keys.find(tx, id)) };
    });
  }

  @Post(':id/secret')
  @Endpoint({
    operationId: 'tenant_self_api_keys_secret_create',
    summary: 'Give an API key a new secret',
    description:
      'The answer shows it, this once. With `overlap_seconds` the present secret works beside it for that time, so that servers can be ' +
      'changed over one by one: `last_used_at` of both tells which are in use. While two work, no third is made with an overlap.',
    permission: 'api_keys:write',
    status: 201,
    data: SelfApiKeySecretDto,
    errors: [NotFound, InvalidState],
  })
  secret(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { overlap_seconds: overlapSeconds = 0 }: RegenerateSecretDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const secret = await this.regenerateClientSecret.execute(tx, { id, overlapSeconds });
      return { status: 201, data: { ...SelfApiKeyDto.from(await this.keys.find(tx, id)), secret }, secret: true };
    });
  }

  @Delete(':id/previous-secret')
  @Endpoint({
    operationId: 'tenant_self_api_keys_previous_secret_destroy',
    summary: 'End the former secret of an API key before its time',
    permission: 'api_keys:write',
    data: SelfApiKeyDto,
    errors: [NotFound, InvalidState],
  })
  removePrevious(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.removePreviousSecret.execute(tx, { id });
      return { status: 200, data: SelfApiKeyDto.from(await this.keys.find(tx, id)) };
    });
  }
}
