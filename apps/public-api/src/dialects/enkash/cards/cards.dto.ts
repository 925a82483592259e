import { CARD_ACCOUNT_ID } from '@tallystick/loyalty';
import { Choice, Email, Integer, ListOf, Moment, PointsInput, Text, Words, type FieldOptions } from '@tallystick/platform';
import { CompanyIdField, UserIdField } from '../coins/coins.dto.js';

const CARD_ID = /^EKC[0-9A-Z]{4,20}$/;

/** `cardAccountId`. */
const CardAccountIdField = (options?: FieldOptions): PropertyDecorator =>
  Text({ max: 23, pattern: CARD_ACCOUNT_ID, hint: 'Must be the id of a card account, as CAQ7ZKX41M.', example: 'CAQ7ZKX41M', ...options });

/** `enKashCardId`. */
const CardIdField = (options?: FieldOptions): PropertyDecorator =>
  Text({ max: 23, pattern: CARD_ID, hint: 'Must be the id of a card, as EKC55J2V9Q.', example: 'EKC55J2V9Q', ...options });

const Reference = (options?: FieldOptions): PropertyDecorator =>
  Text({ optional: true, max: 100, description: 'Yours: a repeat under it moves nothing more.', example: 'REF1234567', ...options });

/** One movement of points on a card, in a list of which the company is said once. */
export class EnkashAllocationItemDto {
  @Choice(['ALLOCATION'], { optional: true, example: 'ALLOCATION' })
  transactionCode?: string;

  @Choice(['CR', 'DR'], { description: 'CR puts points on the card, DR takes them off.', example: 'CR' })
  transactionType: 'CR' | 'DR';

  @Choice(['ALLOCATE_POINT', 'UNALLOCATE_POINT'], {
    description: 'ALLOCATE_POINT with CR, UNALLOCATE_POINT with DR.',
    example: 'ALLOCATE_POINT',
  })
  type: 'ALLOCATE_POINT' | 'UNALLOCATE_POINT';

  @CardIdField({ optional: true, description: 'The card; where it is left out, e-mail or mobile say whose.' })
  enKashCardId?: string;

  @CardIdField({ optional: true, description: 'The same, spelled as in the token call.' })
  enkashCardId?: string;

  @Email({ optional: true })
  email?: string;

  @Text({ optional: true, max: 16, pattern: /^\+?\d{10,15}$/, hint: 'Must be a mobile number of 10 to 15 digits.', example: '9800000001' })
  mobile?: string;

  @Text({ optional: true, max: 20, example: 'Ms' })
  title?: string;

  @Text({ optional: true, max: 100, example: 'Asha' })
  firstName?: string;

  @Text({ optional: true, max: 100, example: 'Rao' })
  lastName?: string;

  @Text({ optional: true, max: 20, example: 'F' })
  gender?: string;

  @PointsInput({ description: 'Points, exact to the decimals of the program.', example: 250 })
  loadAmount: number | string;

  @Reference()
  uniqueReferenceNumber?: string;

  @Reference({ description: 'The same, in another spelling of the vendor.' })
  uniqueReferenceNum?: string;
}

/** One movement of points on a card. */
export class EnkashAllocationDto extends EnkashAllocationItemDto {
  @CompanyIdField()
  companyId: string;

  @CardAccountIdField({ optional: true })
  cardAccountId?: string;
}

/** Many of them, each with its own result. */
export class EnkashBulkAllocationDto {
  @CompanyIdField()
  companyId: string;

  @CardAccountIdField({ optional: true })
  cardAccountId?: string;

  @ListOf(() => EnkashAllocationItemDto, { min: 1, max: 100 })
  items: EnkashAllocationItemDto[];
}

export class EnkashCardAccountDto {
  @CompanyIdField()
  companyId: string;

  @CardAccountIdField()
  cardAccountId: string;
}

export class EnkashSearchDto extends EnkashCardAccountDto {
  @CardIdField({ optional: true })
  enKashCardId?: string;

  @Integer({ optional: true, min: 1, max: 100, description: 'How many at most; 20 when left out.', example: 20 })
  limit?: number;

  @Integer({ optional: true, min: 0, max: 1_000_000, example: 0 })
  offset?: number;
}

export class EnkashSsoDto extends EnkashCardAccountDto {
  @CardIdField({ description: 'Whose token it is to be.' })
  enkashCardId: string;
}

export class EnkashTransactionsDto {
  @CompanyIdField()
  companyId: string;

  @Text({ optional: true, max: 200, description: 'The name of the company, if it is to be checked.', example: 'Example Traders' })
  companyName?: string;

  @CardAccountIdField({ optional: true })
  cardAccountId?: string;

  @CardIdField({ optional: true })
  enKashCardId?: string;

  @UserIdField({ optional: true })
  userId?: string;

  @Text({ optional: true, max: 100, description: 'Your reference.', example: 'REF1234567' })
  pgReferenceNumber?: string;

  @Words({ optional: true, min: 1, max: 100, example: ['10000042'] })
  enKashTransactionIds?: string[];

  @Choice(['CR', 'DR'], { optional: true, example: 'DR' })
  cardTransactionType?: 'CR' | 'DR';

  @Choice(['SUCCESS'], { optional: true, description: 'What failed left no transaction.', example: 'SUCCESS' })
  status?: string;

  @PointsInput({ optional: true, example: 1 })
  amountFrom?: number | string;

  @PointsInput({ optional: true, example: 1_000 })
  amountTo?: number | string;

  @Moment({ optional: true })
  txnDateFrom?: string;

  @Moment({ optional: true })
  txnDateTo?: string;

  @Integer({ optional: true, min: 1, max: 100, description: 'How many at most; 20 when left out.', example: 20 })
  limit?: number;

  @Integer({ optional: true, min: 0, max: 1_000_000, example: 0 })
  offset?: number;
}
