import { Day, field, Integer, PointsValue, Text } from '@tallystick/platform';
import { LoyalifeMemberKeysDto } from '../members/member-keys.dto.js';

/** A member's transactions of a period. */
export class LoyalifeSummaryByDateDto extends LoyalifeMemberKeysDto {
  @Day({ description: "The first day, in the tenant's own time.", example: '2026-01-01' }) DateFrom: string;
  @Day({ description: 'The last day.', example: '2026-12-31' }) DateTo: string;
  @Integer({ min: 0, max: 1_000_000, optional: true, description: 'How many to pass over; 0 when left out.', example: 0 })
  MinimumRange?: number;
  @Integer({ min: 1, max: 500, optional: true, description: 'How many to answer at most; 100 when left out.', example: 10 })
  MaximumRange?: number;
}

/** A member's points by category, of a period where it is named. */
export class LoyalifeCategorizedStatementDto extends LoyalifeMemberKeysDto {
  @Day({ optional: true, example: '2026-01-01' }) DateFrom?: string;
  @Day({ optional: true, example: '2026-12-31' }) DateTo?: string;
}

const isYear = (value: unknown): boolean =>
  (typeof value === 'number' || (typeof value === 'string' && /^\d{4}$/.test(value))) &&
  Number.isInteger(Number(value)) &&
  Number(value) >= 1970 &&
  Number(value) < 2200;

/** When a member's points end. */
export class LoyalifeExpiryScheduleDto extends LoyalifeMemberKeysDto {
  @field(
    {
      name: 'year',
      schema: {
        oneOf: [
          { type: 'integer', minimum: 1970, maximum: 2199 },
          { type: 'string', pattern: '^\\d{4}$', maxLength: 4 },
        ],
      },
      check: isYear,
      message: 'Must be a year.',
    },
    { optional: true, description: 'The present one when left out.', example: 2026 },
  )
  Year?: number | string;
}

/** One transaction of a member. */
export class LoyalifeTransactionSummaryDto {
  @Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'Its number.', example: 10000001 }) Id: number;
  @PointsValue({ description: 'Always above 0, or 0: `TransactionType` says which way.' }) Points: number;
  @Text({ max: 1_000, example: 'earn' }) Narration: string;
  @Text({ max: 40, example: '2026-11-20T04:00:00.000Z' }) TransactionDate: string;
  @Text({ max: 40, example: '2026-11-20T04:00:00.120Z' }) ProcessingDate: string;
  @Text({ max: 40, nullable: true, description: 'When points that came in end.', example: '2027-11-20T18:30:00.000Z' })
  ExpiryDate: string | null;
  @Text({ max: 200, example: 'C08409803' }) RelationReference: string;
  @Text({ max: 36, description: 'The GUID of the transaction.', example: '0197A5C2-7B1E-7C3A-9D52-4F0E8A6B1C2D' })
  ExternalReference: string;
  @Text({ max: 10_000, nullable: true, description: 'What was sent with it, as the text of JSON.', example: null })
  AdditionalDetail: string | null;
  @Integer({ min: 0, max: 9_999, description: '1 spend, 2 bonus; of a redemption, what it was made with, or 0.', example: 1 })
  LoyaltyTxnType: number;
  @Integer({ min: 1, max: 2, description: '1 credit, 2 debit.', example: 1 }) TransactionType: number;
  @Text({ max: 200, nullable: true, example: 'GIFT CARDS' }) MerchantName: string | null;
  @field(
    { name: 'flag', schema: { type: 'boolean' }, check: () => true, message: '' },
    { description: 'False once it was reversed.', example: true },
  )
  IsActive: boolean;
}

/** A member's points by where they came from and went. */
export class LoyalifeStatementSummaryDto {
  @PointsValue() Bonus: number;
  @PointsValue() Spend: number;
  @PointsValue() Redeem: number;
  @PointsValue() Partner: number;
  @PointsValue() Purchased: number;
  @PointsValue() OtherAccrued: number;
  @PointsValue() ExpiredPoints: number;
  @PointsValue({ description: 'What can be redeemed now.' }) PointBalance: number;
}

/** One category of a statement. */
export class LoyalifeStatementCategoryDto {
  @Text({ max: 20, example: 'Spend' }) Category: string;
  @PointsValue() Points: number;
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'In how many transactions.', example: 3 }) Transactions: number;
}

/** What becomes of the points that end in one quarter. */
export class LoyalifeExpiryPeriodDto {
  @Text({ max: 10, description: 'The last day of the quarter.', example: '2026-03-31' }) ScheduleDate: string;
  @PointsValue({ description: 'What was earned of them.' }) AccrualPoints: number;
  @PointsValue({ description: 'What was redeemed of them.' }) RedeemPoints: number;
  @PointsValue({ description: 'What is held of them.' }) BlockedPoints: number;
  @PointsValue({ description: 'What has ended of them.' }) TotalExpiredPoints: number;
  @PointsValue({ description: 'What can be redeemed of them still.' }) TotalAvailablePoints: number;
}
