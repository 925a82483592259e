import { Choice, LARGEST_PAGE, Moment, QueryInteger, Text, Uuid, ValidationFailed } from '@tallystick/platform';
import type { TransactionFilter } from '../points/find-transactions.query.js';
import { TRANSACTION_STATUSES, TRANSACTION_TYPES, type TransactionStatus, type TransactionType } from '../points/points-transaction.js';

const POINTS_TEXT = { pattern: /^\d{1,15}(\.\d{1,4})?$/, max: 20, hint: 'Must be points: a number with at most 4 decimals.' };

/** By what transactions are found, in lists and exports alike. */
export class TransactionFilterQuery {
  @Choice(TRANSACTION_TYPES, { optional: true, example: 'earn' })
  type?: TransactionType;

  @Choice(TRANSACTION_STATUSES, { optional: true, example: 'completed' })
  status?: TransactionStatus;

  @Uuid({ optional: true })
  member_id?: string;

  @Uuid({ optional: true })
  wallet_id?: string;

  @Uuid({ optional: true, description: 'Another name of `wallet_id`.' })
  wallet?: string;

  @Uuid({ optional: true })
  program_id?: string;

  @Text({ optional: true, max: 200 })
  reference?: string;

  @Moment({ optional: true, description: 'Posted at or after.' })
  from?: string;

  @Moment({ optional: true, description: 'Posted before.' })
  to?: string;

  @Text({ optional: true, ...POINTS_TEXT, description: 'At least so many points, in either direction.', example: '100' })
  min?: string;

  @Text({ optional: true, ...POINTS_TEXT, description: 'At most so many points, in either direction.', example: '5000' })
  max?: string;

  /** Throws `validation_error` for two wallets that differ. */
  static toFilter(query: TransactionFilterQuery): TransactionFilter {
    const { wallet, wallet_id = wallet } = query;
    if (wallet !== undefined && wallet.toLowerCase() !== wallet_id?.toLowerCase())
      throw ValidationFailed.with({ errors: { wallet: ['Is another wallet than wallet_id: give one of the two.'] } });
    return {
      type: query.type,
      status: query.status,
      memberId: query.member_id,
      walletId: wallet_id,
      programId: query.program_id,
      reference: query.reference,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
      min: query.min,
      max: query.max,
    };
  }
}

/** The same for a list that takes numbered pages or a cursor, never both. */
export class TransactionsQuery extends TransactionFilterQuery {
  @Text({ optional: true, max: 1_024, description: 'Where to go on: `next_cursor` of the page before. Not together with `page`.' })
  cursor?: string;

  @QueryInteger({ min: 1, max: 1_000_000, description: 'Number of the page, from 1.', example: 1 })
  page?: number;

  @QueryInteger({ min: 1, max: LARGEST_PAGE, description: 'Items on a page; 20 when left out.', example: 20 })
  page_size?: number;
}
