import type { EarnFact, Program, RefundFact, Source } from '@tallystick/loyalty';
import type { LoyalifeTransactionDto } from './transaction.dto.js';
import { momentOf } from './transaction-date.policy.js';

/** In which program, in whose time, and by which way a transaction came. */
export interface TransactionSetting {
  readonly program: Program;
  readonly zone: string;
  readonly source: Source;
}

/**
 * The natural key of a transaction: its id, as files and the native surface have it, so that it counts once whichever way it comes (C5.6).
 * Programs other than the default one keep theirs apart.
 */
export const referenceOf = (transactionId: string, program: Program): string =>
  program.isDefault ? transactionId : `${program.code}/${transactionId}`;

/** A transaction as a fact about points: DR is a purchase, CR the refund of the purchase of that id. Nobody is enrolled by one. */
export function factOf(dto: LoyalifeTransactionDto, { program, zone, source }: TransactionSetting): EarnFact | RefundFact {
  const reference = referenceOf(dto.transaction_id, program);
  const own = { ...(dto.sub_product_code !== undefined && { sub_product_code: dto.sub_product_code }), ...dto.custom };
  const common = {
    member: { reference: dto.member_relation_reference },
    programId: program.id,
    reference,
    source,
    occurredAt: momentOf(dto.transaction_date, zone),
    ...(Object.keys(own).length > 0 && { metadata: own }),
  };
  const purchase = { amount: dto.amount, currency: program.terms.currency, product_code: dto.product_code };
  if (dto.transaction_type.toUpperCase() === 'CR') return { ...common, kind: 'refund', originalReference: reference, purchase };
  return { ...common, kind: 'earn', earned: { purchase } };
}
