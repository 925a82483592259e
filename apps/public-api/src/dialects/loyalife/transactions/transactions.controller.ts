import { Body, Controller, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { FindPosting, type PointsFact } from '@tallystick/loyalty';
import { Ctx, Endpoint, Idempotency, type SealedAnswer, type WriteRequest } from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { LoyalifeProgramQuery } from '../loyalife.query.js';
import { keyedRequest } from '../points/keyed-request.js';
import { TRANSACTION_CODES } from './batch-state.js';
import { referenceOf } from './transaction-fact.js';
import { LoyalifeReverseTransactionDto } from './transaction.dto.js';
import { TransactionsEndpoints } from './transactions.endpoints.js';

@ApiTags('Transactions')
@Controller('v1')
export class LoyalifeTransactionsController extends TransactionsEndpoints {
  @Inject(FindPosting) private readonly postings: FindPosting;

  @Post('ReverseTransactionData')
  @Endpoint({
    operationId: 'loyalife_reverse_transaction_data_create',
    summary: 'Take back what a transaction earned, once, whole or for a part of its amount',
    permission: 'points:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('103', '201', '210', '211', '212', 'E201'),
    bodyExample: { transaction_id: 'TXN-2026-000123', member_relation_reference: 'C08409803' },
  })
  reverseTransactionData(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Query() { pintProgramId }: LoyalifeProgramQuery,
    @Body() body: LoyalifeReverseTransactionDto,
  ): Promise<SealedAnswer> {
    const { amount, narration } = body;
    return this.writes.run(ctx, keyedRequest(request, 'ReverseTransactionData', body._xoxo_api_client_idempotency), async (tx) => {
      const program = await this.relations.program(tx, pintProgramId);
      const member = await this.relations.byReference(tx, body.member_relation_reference, boundTo);
      const earned = await this.postings.byReference(tx, 'earn', referenceOf(body.transaction_id, program));
      if (!earned) throw refuse('210');
      if (earned.memberId !== member.id) throw refuse('212');
      const source = { channel: 'loyalife', requestId: request.requestId };
      const target = { transactionId: earned.id, narration, source };
      const fact: PointsFact =
        amount === undefined
          ? { ...target, kind: 'reverse' }
          : { ...target, kind: 'refund_transaction', refunded: { amount, currency: program.terms.currency } };
      // What earned nothing has nothing to give back.
      if (earned.units > 0n) await this.postFact.execute(tx, fact, { ...TRANSACTION_CODES, limit_exceeded: '211' });
      return { status: 200, data: true };
    });
  }
}

@ApiTags('Transactions')
@Controller('lbms-ingress/transaction-lm/API/Transaction')
export class LoyalifeVendorTransactionsController extends TransactionsEndpoints {}
