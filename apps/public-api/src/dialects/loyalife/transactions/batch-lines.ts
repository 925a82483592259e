import { DomainError, fingerprint, newId } from '@tallystick/kernel';
import { LARGEST_BATCH, type NewLine } from '@tallystick/loyalty';
import { readDto, PayloadTooLarge } from '@tallystick/platform';
import { codeOf } from '../loyalife.codes.js';
import { refuse } from '../loyalife.errors.js';
import { factOf, type TransactionSetting } from './transaction-fact.js';
import { LoyalifeTransactionDto } from './transaction.dto.js';

/** What names a line in the answer; null where the line does not say it. */
export interface NamedLine {
  readonly member_relation_reference: string | null;
  readonly transaction_id: string | null;
  readonly transaction_type: string | null;
  readonly request_id: string;
}

/** Reads the list that a batch is. Throws 999 for anything else, for an empty one, and for more than 5,000 lines (413). */
export function readBatch(body: unknown): readonly unknown[] {
  if (!Array.isArray(body) || body.length === 0) throw refuse('999', { message: 'The body must be a list of at least one transaction' });
  if (body.length > LARGEST_BATCH) throw PayloadTooLarge.with({ message: `A batch has at most ${LARGEST_BATCH} transactions` });
  return body;
}

/** A line of a batch for the queue: one that is no transaction is refused for itself, and does not keep the others (C5.7). */
export function lineOf(given: unknown, setting: TransactionSetting): { readonly line: NewLine; readonly named: NamedLine } {
  const requestId = newId();
  const common = { requestId, fingerprint: fingerprint({ line: given }) };
  const named = { ...namesIn(given), request_id: requestId };
  try {
    const dto = readDto(LoyalifeTransactionDto, given);
    const clientKey = dto._xoxo_api_client_idempotency;
    return { named, line: { ...common, fact: factOf(dto, setting), ...(clientKey !== undefined && { clientKey }) } };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fields = Object.entries(error.details.errors ?? {}).map(([field, what]) => `${field}: ${[what].flat().join(' ')}`);
    return { named, line: { ...common, code: codeOf(error.definition).code, reason: fields.join('; ').slice(0, 1_000) || error.message } };
  }
}

function namesIn(given: unknown): Omit<NamedLine, 'request_id'> {
  const line = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const name = (field: string): string | null => (typeof line[field] === 'string' ? line[field].slice(0, 200) : null);
  return {
    member_relation_reference: name('member_relation_reference'),
    transaction_id: name('transaction_id'),
    transaction_type: name('transaction_type'),
  };
}
