import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { BudgetBelowSpent, FindOffers, OFFER_KINDS, OFFER_STATUSES, SaveOffer, type OfferKind, type OfferStatus } from '@tallystick/offers';
import {
  Choice,
  Ctx,
  CursorQuery,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  Text,
  UnitOfWork,
  Uuid,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateOfferDto, OfferDto, OfferVersionDto, UpdateOfferDto } from './offer.dto.js';

class OffersQuery extends CursorQuery {
  @Uuid({ optional: true })
  merchant_id?: string;

  @Text({ optional: true, max: 128, example: 'OFF-0001' })
  reference?: string;

  @Choice(OFFER_STATUSES, { optional: true })
  status?: OfferStatus;

  @Choice(OFFER_KINDS, { optional: true })
  kind?: OfferKind;
}

const LIST = 'offers';

@Controller('api/v1/offers')
export class OffersController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly offers: FindOffers,
    private readonly saveOffer: SaveOffer,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'offers_admin_list',
    summary: 'List offers in any state, the oldest first',
    permission: 'offers:read',
    data: [OfferDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: OffersQuery): Promise<WithMeta<OfferDto[]>> {
    const after = this.cursors.read<{ id: string }>(ctx, LIST, query)?.id;
    const filter = { ...query, merchantId: query.merchant_id };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.offers.list(tx, filter, { after, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(ctx, LIST, query, rows, ({ id }) => ({ id }), (offer) => OfferDto.from(offer)); // prettier-ignore
  }

  @Post()
  @Endpoint({
    operationId: 'offers_create',
    summary: 'Draft an offer',
    permission: 'offers:write',
    status: 201,
    data: OfferDto,
    errors: [NotFound, Duplicate],
    bodyExample: {
      merchant_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01',
      name: 'Five per cent back',
      kind: 'recurring',
      currency: 'MXN',
      cashback: { rate_bps: 500 },
      budget: '50000.00',
      shares: { customer: 8_000, institution: 1_500, platform: 500 },
    },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateOfferDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: OfferDto.from(await this.saveOffer.create(tx, CreateOfferDto.toInput(body))),
    }));
  }

  @Get(':id')
  @Endpoint({
    operationId: 'offers_admin_retrieve',
    summary: 'Get an offer',
    permission: 'offers:read',
    data: OfferDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<OfferDto> {
    return OfferDto.from(await this.unitOfWork.read(ctx, (tx) => this.offers.byId(tx, id)));
  }

  @Get(':id/versions')
  @Endpoint({
    operationId: 'offers_versions_list',
    summary: 'List the terms of an offer as they were, the last first',
    permission: 'offers:read',
    data: [OfferVersionDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async versions(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Query() query: CursorQuery,
  ): Promise<WithMeta<OfferVersionDto[]>> {
    const list = `versions of ${id}`;
    const before = this.cursors.read<{ version: number }>(ctx, list, query)?.version;
    const rows = await this.unitOfWork.read(ctx, (tx) => this.offers.versions(tx, id, { before, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(ctx, list, query, rows, ({ version }) => ({ version }), (row) => OfferVersionDto.from(row)); // prettier-ignore
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'offers_partial_update',
    summary: 'Change the terms of an offer',
    description: 'Makes a new version; what was rewarded keeps the one it was rewarded under.',
    permission: 'offers:write',
    data: OfferDto,
    errors: [NotFound, InvalidState, BudgetBelowSpent],
    bodyExample: { cashback: { rate_bps: 700 } },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateOfferDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: OfferDto.from(await this.saveOffer.update(tx, id, (known) => UpdateOfferDto.toChange(body, known))),
    }));
  }

  @Post(':id/activate')
  @Endpoint({
    operationId: 'offers_activate_create',
    summary: 'Put an offer into force',
    permission: 'offers:write',
    data: OfferDto,
    errors: [NotFound, InvalidState],
  })
  activate(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.step(ctx, request, id, 'active');
  }

  @Post(':id/pause')
  @Endpoint({
    operationId: 'offers_pause_create',
    summary: 'Pause an offer',
    description: 'Purchases made meanwhile earn nothing by it; it can be put into force again.',
    permission: 'offers:write',
    data: OfferDto,
    errors: [NotFound, InvalidState],
  })
  pause(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.step(ctx, request, id, 'paused');
  }

  @Post(':id/end')
  @Endpoint({
    operationId: 'offers_end_create',
    summary: 'End an offer for good',
    permission: 'offers:write',
    data: OfferDto,
    errors: [NotFound, InvalidState],
  })
  end(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.step(ctx, request, id, 'ended');
  }

  private step(ctx: TenantContext, request: WriteRequest, id: string, to: 'active' | 'paused' | 'ended'): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status: 200, data: OfferDto.from(await this.saveOffer.step(tx, id, to)) }));
  }
}
