import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ChangeDifference, ChangeDifferenceDto, DifferenceDto, DifferencesQuery, FindSettlement } from '@tallystick/offers';
import {
  Ctx,
  Cursors,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  pageSizeOf,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';

const LIST = 'conciliation differences';

@Controller('api/v1/conciliation/differences')
export class DifferencesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly settlement: FindSettlement,
    private readonly changeDifference: ChangeDifference,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'conciliation_differences_list',
    summary: 'List where settlement files, card transactions and ledger differ, the oldest first',
    permission: 'conciliation:read',
    data: [DifferenceDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: DifferencesQuery): Promise<WithMeta<DifferenceDto[]>> {
    const after = this.cursors.read<{ foundAt: string; id: string }>(ctx, LIST, query);
    const filter = { state: query.state, kind: query.kind, windowId: query.window_id, ownerId: query.owner_id };
    const page = { after, limit: pageSizeOf(query) + 1 };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.settlement.differences(tx, filter, page));
    const keyOf = ({ foundAt, id }: { foundAt: Date; id: string }) => ({ foundAt: foundAt.toISOString(), id });
    return this.cursors.page(ctx, LIST, query, rows, keyOf, (difference) => DifferenceDto.from(difference));
  }

  @Get(':id')
  @Endpoint({
    operationId: 'conciliation_differences_retrieve',
    summary: 'Get a difference',
    permission: 'conciliation:read',
    data: DifferenceDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<DifferenceDto> {
    return DifferenceDto.from(await this.unitOfWork.read(ctx, (tx) => this.settlement.difference(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'conciliation_differences_partial_update',
    summary: 'Give a difference to somebody, resolve it, or open it again',
    permission: 'conciliation:write',
    data: DifferenceDto,
    errors: [NotFound],
    bodyExample: { state: 'resolved', resolution: 'accepted', note: 'A tip that was added later.' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: ChangeDifferenceDto,
  ): Promise<SealedAnswer> {
    const { owner_id: ownerId, state, resolution, note } = body;
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: DifferenceDto.from(await this.changeDifference.execute(tx, id, { ownerId, state, resolution, note })),
    }));
  }
}
