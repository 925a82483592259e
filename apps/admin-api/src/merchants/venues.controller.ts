import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindMerchants, SaveVenue } from '@tallystick/offers';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  UnitOfWork,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateVenueDto, UpdateVenueDto, VenueDto } from './venue.dto.js';

const PARAMS = { venue_id: { type: 'string', format: 'uuid' } } as const;

@Controller('api/v1/merchants/:id/venues')
export class VenuesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly merchants: FindMerchants,
    private readonly saveVenue: SaveVenue,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'merchants_venues_list',
    summary: 'List the venues of a merchant, by reference',
    permission: 'merchants:read',
    data: [VenueDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async list(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: CursorQuery): Promise<WithMeta<VenueDto[]>> {
    const list = `venues of ${id}`;
    const after = this.cursors.read<{ reference: string }>(ctx, list, query)?.reference;
    const rows = await this.unitOfWork.read(ctx, (tx) => this.merchants.venues(tx, id, { after, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(ctx, list, query, rows, ({ reference }) => ({ reference }), (venue) => VenueDto.from(venue)); // prettier-ignore
  }

  @Post()
  @Endpoint({
    operationId: 'merchants_venues_create',
    summary: 'Register a venue',
    permission: 'merchants:write',
    status: 201,
    data: VenueDto,
    errors: [NotFound, Duplicate],
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: CreateVenueDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: VenueDto.from(await this.saveVenue.create(tx, id, CreateVenueDto.toInput(body))),
    }));
  }

  @Get(':venue_id')
  @Endpoint({
    operationId: 'merchants_venues_retrieve',
    summary: 'Get a venue',
    permission: 'merchants:read',
    data: VenueDto,
    errors: [NotFound],
    params: PARAMS,
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Param('venue_id', IdPipe) venueId: string): Promise<VenueDto> {
    return VenueDto.from(await this.unitOfWork.read(ctx, (tx) => this.merchants.venue(tx, id, venueId)));
  }

  @Patch(':venue_id')
  @Endpoint({
    operationId: 'merchants_venues_partial_update',
    summary: 'Change a venue',
    permission: 'merchants:write',
    data: VenueDto,
    errors: [NotFound],
    params: PARAMS,
    bodyExample: { status: 'inactive' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('venue_id', IdPipe) venueId: string,
    @Body() body: UpdateVenueDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: VenueDto.from(await this.saveVenue.update(tx, id, venueId, UpdateVenueDto.toChange(body))),
    }));
  }

  @Delete(':venue_id')
  @Endpoint({
    operationId: 'merchants_venues_destroy',
    summary: 'Remove a venue',
    permission: 'merchants:write',
    errors: [NotFound],
    params: PARAMS,
  })
  remove(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('venue_id', IdPipe) venueId: string,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.saveVenue.remove(tx, id, venueId);
      return { status: 200, data: null };
    });
  }
}
