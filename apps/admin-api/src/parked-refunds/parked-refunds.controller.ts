import { Controller, Get, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindParkedRefunds, type ParkedKey } from '@tallystick/loyalty';
import { Ctx, Cursors, Endpoint, NotFound, pageSizeOf, UnitOfWork, type WithMeta } from '@tallystick/platform';
import { ParkedRefundDto, ParkedRefundsQuery } from './parked-refund.dto.js';

/** Refunds that came before their purchase. */
@Controller('api/v1/parked-refunds')
export class ParkedRefundsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cursors: Cursors,
    private readonly refunds: FindParkedRefunds,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'parked_refunds_list',
    summary: 'List refunds that came before their purchase, newest first',
    description: 'They are posted when the purchase comes, and given up after 90 days; then `points.refund_given_up` tells of each.',
    permission: 'transactions:read',
    data: [ParkedRefundDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: ParkedRefundsQuery): Promise<WithMeta<ParkedRefundDto[]>> {
    const list = `parked-refunds ${query.ordering ?? '-parked_at'}`;
    const after = this.cursors.read<ParkedKey>(ctx, list, query);
    const { state, original_reference: originalReference, member_id: memberId, ordering } = query;
    const filter = { state, originalReference, memberId, ordering };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.refunds.list(tx, filter, { after, limit: pageSizeOf(query) + 1 }));
    const keyOf = ({ moment, reference }: ParkedKey) => ({ moment, reference });
    return this.cursors.page(ctx, list, query, rows, keyOf, (refund) => ParkedRefundDto.from(refund));
  }

  @Get(':reference')
  @Endpoint({
    operationId: 'parked_refunds_retrieve',
    summary: 'Get a refund that came before its purchase, by its reference',
    permission: 'transactions:read',
    data: ParkedRefundDto,
    errors: [NotFound],
    params: { reference: { type: 'string', minLength: 1, maxLength: 200, example: 'REF-2026-000124' } },
  })
  async get(@Ctx() ctx: TenantContext, @Param('reference') reference: string): Promise<ParkedRefundDto> {
    return ParkedRefundDto.from(await this.unitOfWork.read(ctx, (tx) => this.refunds.byReference(tx, reference)));
  }
}
