import { PARKED_STATES, type ParkedOrdering, type ParkedRefund, type ParkedState } from '@tallystick/loyalty';
import { Choice, Currency, CursorQuery, Integer, Moment, MoneyText, Ordering, Text, Uuid } from '@tallystick/platform';

const STATES =
  'settled: posted with its purchase. refused: its purchase came, and it could not be posted. given_up: it waited for 90 days.';

/** Which refunds, in which order. */
export class ParkedRefundsQuery extends CursorQuery {
  @Choice(PARKED_STATES, { optional: true, description: STATES, example: 'waiting' })
  state?: ParkedState;

  @Text({ optional: true, max: 200, description: 'The `id` of the purchase that they wait for.', example: 'PUR-2026-000123' })
  original_reference?: string;

  @Uuid({ optional: true })
  member_id?: string;

  @Ordering(['parked_at'], { example: 'parked_at' })
  ordering?: ParkedOrdering;
}

/** A refund that came before its purchase. */
export class ParkedRefundDto {
  @Text({ max: 200, description: 'The `id` of the refund.', example: 'REF-2026-000124' })
  reference: string;

  @Text({ max: 200, description: 'The `id` of its purchase.', example: 'PUR-2026-000123' })
  original_reference: string;

  @Choice(PARKED_STATES, { description: STATES, example: 'waiting' })
  state: ParkedState;

  @Uuid({ nullable: true, description: 'Null for who is not enrolled, or was erased.' })
  member_id: string | null;

  @MoneyText({ nullable: true, description: 'Null once the person was erased.' })
  amount: string | null;

  @Currency({ nullable: true })
  currency: string | null;

  @Moment({ nullable: true })
  occurred_at: string | null;

  @Text({ nullable: true, max: 64, description: 'Why it was refused or given up.', example: null })
  code: string | null;

  @Uuid({ nullable: true, description: 'What it was posted as.', example: null })
  transaction_id: string | null;

  @Text({ max: 255, description: 'Who sent it.', example: 'core-banking' })
  client_id: string;

  @Text({ max: 255, description: 'The batch that it came in, or the file: `file:` and its id.', example: 'BATCH-2026-03-31' })
  request_id: string;

  @Moment()
  parked_at: string;

  @Moment({ description: 'When it is given up, if its purchase has not come by then.' })
  gives_up_at: string;

  @Moment({ nullable: true, example: null })
  settled_at: string | null;

  @Integer({ min: 0, max: 100_000, nullable: true, description: 'Whole days that it has waited, or did.', example: 12 })
  age_days: number | null;

  static from(refund: ParkedRefund): ParkedRefundDto {
    return {
      reference: refund.reference,
      original_reference: refund.originalReference,
      state: refund.state,
      member_id: refund.memberId,
      amount: refund.amount,
      currency: refund.currency,
      occurred_at: refund.occurredAt,
      code: refund.code,
      transaction_id: refund.transactionId,
      client_id: refund.clientId,
      request_id: refund.requestId,
      parked_at: refund.parkedAt.toISOString(),
      gives_up_at: refund.givesUpAt.toISOString(),
      settled_at: refund.settledAt?.toISOString() ?? null,
      age_days: refund.ageDays,
    };
  }
}
