import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  CATEGORIES,
  FindMerchants,
  IdentifierTaken,
  MERCHANT_STATUSES,
  SaveMerchant,
  type Category,
  type MerchantStatus,
} from '@tallystick/offers';
import {
  Choice,
  Ctx,
  CursorQuery,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  Search,
  Text,
  UnitOfWork,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateMerchantDto, MerchantDto, UpdateMerchantDto } from './merchant.dto.js';

class MerchantsQuery extends CursorQuery {
  @Search({ description: 'A part of the name; of one or two letters the beginning of a word.' })
  search?: string;

  @Text({ optional: true, max: 128, example: 'MER-0001' })
  reference?: string;

  @Choice(CATEGORIES, { optional: true })
  category?: Category;

  @Choice(MERCHANT_STATUSES, { optional: true })
  status?: MerchantStatus;
}

const LIST = 'merchants';

@Controller('api/v1/merchants')
export class MerchantsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly merchants: FindMerchants,
    private readonly saveMerchant: SaveMerchant,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'merchants_list',
    summary: 'List merchants, the oldest first',
    permission: 'merchants:read',
    data: [MerchantDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: MerchantsQuery): Promise<WithMeta<MerchantDto[]>> {
    const after = this.cursors.read<{ id: string }>(ctx, LIST, query)?.id;
    const rows = await this.unitOfWork.read(ctx, (tx) => this.merchants.list(tx, query, { after, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(ctx, LIST, query, rows, ({ id }) => ({ id }), (merchant) => MerchantDto.from(merchant)); // prettier-ignore
  }

  @Post()
  @Endpoint({
    operationId: 'merchants_create',
    summary: 'Register a merchant',
    permission: 'merchants:write',
    status: 201,
    data: MerchantDto,
    errors: [Duplicate, IdentifierTaken],
    bodyExample: { reference: 'MER-0001', name: 'Café Nero', category: 'restaurants-bars', mccs: ['5812'], descriptors: ['CAFE NERO'] },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateMerchantDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: MerchantDto.from(await this.saveMerchant.create(tx, CreateMerchantDto.toInput(body))),
    }));
  }

  @Get(':id')
  @Endpoint({
    operationId: 'merchants_retrieve',
    summary: 'Get a merchant',
    permission: 'merchants:read',
    data: MerchantDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<MerchantDto> {
    return MerchantDto.from(await this.unitOfWork.read(ctx, (tx) => this.merchants.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'merchants_partial_update',
    summary: 'Change a merchant',
    description: 'What was matched before stays matched.',
    permission: 'merchants:write',
    data: MerchantDto,
    errors: [NotFound, IdentifierTaken],
    bodyExample: { rating: 4.6, descriptors: ['CAFE NERO', 'NERO COFFEE'] },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateMerchantDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: MerchantDto.from(await this.saveMerchant.update(tx, id, UpdateMerchantDto.toChange(body))),
    }));
  }
}
