import { Choice, field, OpenDto, Text, type CustomValue } from '@tallystick/platform';
import { parseDecimal } from '@tallystick/kernel';
import { IdempotencyField } from '../redemption/redemption.dto.js';
import { RelationReferenceField } from '../loyalife.fields.js';
import { isTransactionDate } from './transaction-date.policy.js';

const TransactionIdField = (): PropertyDecorator =>
  Text({ max: 200, description: 'Your own id of the transaction: counted once for each type.', example: 'TXN-2026-000123' });

const AmountField = (options: { optional?: boolean } = {}): PropertyDecorator =>
  field(
    {
      name: 'amount',
      schema: {
        oneOf: [
          { type: 'number', minimum: 0 },
          { type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,4})?$', maxLength: 20 },
        ],
      },
      check: (value) => {
        const units = typeof value === 'number' || typeof value === 'string' ? parseDecimal(value, 4) : 'not_a_number';
        return typeof units === 'bigint' && units >= 0n;
      },
      message: 'Must be an amount of 0 or more.',
    },
    { description: "In the program's currency, exact.", example: 1250.5, ...options },
  );

/** A purchase (`DR`) or the return of one (`CR`), with fields of the tenant's own. */
@OpenDto()
export class LoyalifeTransactionDto {
  @TransactionIdField() transaction_id: string;
  @IdempotencyField() _xoxo_api_client_idempotency?: string;
  @AmountField() amount: number | string;
  @field(
    {
      name: 'moment',
      schema: { type: 'string', minLength: 8, maxLength: 40 },
      check: (value) => typeof value === 'string' && value.length <= 40 && isTransactionDate(value),
      message: 'Must be a date, as 2026-11-20 or 2026-11-20T09:30:00+05:30.',
    },
    { description: "When it was; without an offset in the tenant's own time.", example: '2026-11-20T09:30:00+05:30' },
  )
  transaction_date: string;
  @Text({ max: 100, example: 'CARD' }) product_code: string;
  @Text({ max: 100, optional: true, example: 'PLATINUM' }) sub_product_code?: string;
  @RelationReferenceField() member_relation_reference: string;
  @Choice(['DR', 'CR', 'dr', 'cr'], { description: 'DR is a purchase, CR the return of one under the same id.', example: 'DR' })
  transaction_type: 'DR' | 'CR' | 'dr' | 'cr';
  readonly custom: Readonly<Record<string, CustomValue>>;
}

/** The reversal of a purchase, whole, or of a part of its amount. */
export class LoyalifeReverseTransactionDto {
  @TransactionIdField() transaction_id: string;
  @RelationReferenceField() member_relation_reference: string;
  @AmountField({ optional: true }) amount?: number | string;
  @Text({ max: 500, optional: true, example: 'Order cancelled' }) narration?: string;
  @IdempotencyField() _xoxo_api_client_idempotency?: string;
}
