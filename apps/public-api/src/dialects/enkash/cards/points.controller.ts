import { Body, Controller, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { InsufficientBalance, LoadCard } from '@tallystick/loyalty';
import {
  Endpoint,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { NotThere } from '../enkash.errors.js';
import { PARTNER_HEADER, PartnerCtx } from '../enkash.caller.js';
import { messageOf } from '../enkash.envelope.js';
import { readLoad, showLoaded } from './allocation.policy.js';
import { EnkashAllocationDto, EnkashBulkAllocationDto } from './cards.dto.js';
import { ALLOCATION, BULK } from './cards.schemas.js';

/** Points put on the cards of users and taken off them. */
@ApiTags('Points')
@ApiHeader(PARTNER_HEADER)
@Controller('api/v0/partner/enKashCard/points')
export class EnkashPointsController {
  constructor(
    private readonly writes: Writes,
    private readonly loadCard: LoadCard,
  ) {}

  @Post('allocate')
  @Endpoint({
    operationId: 'enkash_points_allocate_create',
    summary: 'Put points on a card or take them off; a new user gets a card',
    permission: 'points:write',
    answer: ALLOCATION,
    errors: [NotThere, InsufficientBalance, InvalidState, IdempotencyKeyReused],
    bodyExample: {
      companyId: 'CEK0TCW2W8',
      cardAccountId: 'CAQ7ZKX41M',
      transactionCode: 'ALLOCATION',
      transactionType: 'CR',
      type: 'ALLOCATE_POINT',
      email: 'asha.rao@example.com',
      mobile: '9800000009',
      title: 'Ms',
      firstName: 'Asha',
      gender: 'F',
      loadAmount: 250,
      uniqueReferenceNumber: 'REF1234567',
    },
  })
  allocate(
    @PartnerCtx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Body() body: EnkashAllocationDto,
  ): Promise<SealedAnswer> {
    const load = readLoad(body, body, sourceOf(request));
    return this.writes.run(ctx, request, async (tx) => {
      const loaded = await this.loadCard.execute(tx, load);
      return { status: 200, data: showLoaded(loaded), replayed: loaded.replayed };
    });
  }

  @Post('bulk-allocate')
  @Endpoint({
    operationId: 'enkash_points_bulk_allocate_create',
    summary: 'The same for up to a hundred, each with a result of its own',
    permission: 'points:write',
    answer: BULK,
    errors: [],
    bodyExample: {
      companyId: 'CEK0TCW2W8',
      items: [
        {
          transactionType: 'CR',
          type: 'ALLOCATE_POINT',
          email: 'asha.rao@example.com',
          firstName: 'Asha',
          loadAmount: 250,
          uniqueReferenceNumber: 'REF1234568',
        },
      ],
    },
  })
  bulk(
    @PartnerCtx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Body() body: EnkashBulkAllocationDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const results: object[] = [];
      for (const item of body.items) {
        const done = await tx.attempt(async () => showLoaded(await this.loadCard.execute(tx, readLoad(item, body, sourceOf(request)))));
        const uniqueReferenceNumber = item.uniqueReferenceNumber ?? item.uniqueReferenceNum ?? null;
        results.push({
          uniqueReferenceNumber,
          ...(done instanceof DomainError ? failed(done) : { code: 0, message: 'Success', payload: done }),
        });
      }
      return { status: 200, data: { results } };
    });
  }
}

const sourceOf = ({ requestId }: WriteRequest) => ({ channel: 'enkash', requestId });

const failed = (refusal: DomainError): object => {
  const message = messageOf(refusal);
  return { code: 1, message, payload: message };
};
