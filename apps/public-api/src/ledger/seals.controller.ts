import { Controller, Get, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindSeals, type PublishedSeal } from '@tallystick/ledger';
import { Ctx, CursorQuery, Cursors, Endpoint, NotFound, UnitOfWork, pageSizeOf, type WithMeta } from '@tallystick/platform';
import { SealDto } from './ledger.dto.js';

const LIST = 'ledger seals';
const NUMBER = /^[1-9]\d{0,17}$/;

@Controller('api/v1/ledger/seals')
export class SealsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly seals: FindSeals,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'ledger_seals_list',
    summary: 'List seals, newest first',
    description: 'Each seal carries the public half of the key that signed it.',
    permission: 'ledger:read',
    data: [SealDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: CursorQuery): Promise<WithMeta<PublishedSeal[]>> {
    const last = this.cursors.read<{ number: string }>(ctx, LIST, query);
    const rows = await this.unitOfWork.read(ctx, (tx) => this.seals.list(tx, pageSizeOf(query) + 1, last?.number));
    return this.cursors.page(
      ctx,
      LIST,
      query,
      rows,
      ({ number }) => ({ number }),
      (seal) => seal,
    );
  }

  @Get(':number')
  @Endpoint({
    operationId: 'ledger_seals_retrieve',
    summary: 'Get a seal',
    permission: 'ledger:read',
    data: SealDto,
    errors: [NotFound],
    params: { number: { type: 'string', pattern: NUMBER.source, example: '1' } },
  })
  async get(@Ctx() ctx: TenantContext, @Param('number') number: string): Promise<PublishedSeal> {
    const seal = NUMBER.test(number) ? await this.unitOfWork.read(ctx, (tx) => this.seals.find(tx, number)) : null;
    if (!seal) throw NotFound.with();
    return seal;
  }
}
