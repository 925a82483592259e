import type { Source, StaffRefund } from '@tallystick/loyalty';
import { MoneyInput, PointsInput, Text, ValidationFailed } from '@tallystick/platform';

const REASON = { max: 200, description: 'Why. Nothing personal: it is kept for ever.', example: 'Returned goods' };

export class RefundTransactionDto {
  @PointsInput({ optional: true, description: 'So many points. Give these, or `amount`, or neither for all that is left.' })
  points?: string | number;

  @MoneyInput({
    optional: true,
    description: "So much of the purchase, in the program's currency; parts are cumulative.",
    example: '100.00',
  })
  amount?: string | number;

  @Text(REASON)
  reason: string;

  @Text({ optional: true, max: 200, description: "The caller's own id of the refund: the same again moves nothing.", example: 'RMA-1042' })
  reference?: string;

  /** Throws `validation_error` for points beside an amount. */
  static toRefund({ points, amount, reason, reference }: RefundTransactionDto, transactionId: string, source: Source): StaffRefund {
    if (points !== undefined && amount !== undefined)
      throw ValidationFailed.with({ errors: { amount: ['Give either points or an amount.'] } });
    return { transactionId, points, amount, reason, reference, source };
  }
}

export class VoidTransactionDto {
  @Text({ ...REASON, example: 'The order was cancelled' })
  reason: string;
}
