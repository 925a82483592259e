import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CardTransactionDto, CardTransactionsEndpoints, DecideMatch } from '@tallystick/offers';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { MatchDecisionDto } from './match-decision.dto.js';

@Controller('api/v1/cashback/transactions')
export class CardTransactionsController extends CardTransactionsEndpoints {
  @Inject(Writes) private readonly writes: Writes;
  @Inject(DecideMatch) private readonly decideMatch: DecideMatch;

  @Post(':id/match')
  @Endpoint({
    operationId: 'cashback_transactions_match_create',
    summary: 'Decide at which merchant a card transaction was made',
    description:
      'For a purchase that may have been at one of several merchants, or at none that is known. It is then weighed by the offers at its time.',
    permission: 'cashback:write',
    data: CardTransactionDto,
    errors: [NotFound, InvalidState],
    bodyExample: { merchant_id: '018f6a2e-7c1d-7b3a-9c55-3a5f0d2b7e11' },
  })
  match(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) transactionId: string,
    @Body() { merchant_id: merchantId }: MatchDecisionDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: await this.decideMatch.execute(tx, { transactionId, merchantId }),
    }));
  }
}
