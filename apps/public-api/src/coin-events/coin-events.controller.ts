import { Body, Controller, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AllocateCoins, CoinEventNotConfigured, MemberErased } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  Idempotency,
  IdempotencyKeyReused,
  InvalidState,
  NotFound,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { sourceOf } from '../points/points.controller.js';
import { AllocateCoinsDto, CoinAllocationDto } from './coin-allocation.dto.js';

@Controller('api/v1/coin-events')
export class CoinEventsController {
  constructor(
    private readonly writes: Writes,
    private readonly allocateCoins: AllocateCoins,
  ) {}

  @Post('allocations')
  @Endpoint({
    operationId: 'coin_events_allocations_create',
    summary: 'Give a user the coins of an event',
    description: 'Once for each company and `request_id`, whatever the number of calls: a repeat answers what was given.',
    permission: 'points:write',
    status: 201,
    data: CoinAllocationDto,
    errors: [CoinEventNotConfigured, NotFound, InvalidState, IdempotencyKeyReused, MemberErased],
    bodyExample: { company_id: 'CEK0TCW2W8', event: 'REFERRAL_EVENT', request_id: 'COIN_REQ1234567', user_id: 'EKQZVMQK' },
  })
  allocate(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: AllocateCoinsDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const { allocation, replayed } = await this.allocateCoins.execute(tx, AllocateCoinsDto.toInput(body, sourceOf(request)));
      return { status: 201, data: allocation, replayed };
    });
  }
}
