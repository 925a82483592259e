import type { Activity, PointsOfCategory, PointCategory, QuarterOfLots } from '@tallystick/loyalty';
import type {
  LoyalifeExpiryPeriodDto,
  LoyalifeStatementCategoryDto,
  LoyalifeStatementSummaryDto,
  LoyalifeTransactionSummaryDto,
} from './statements.dto.js';

const SPEND = 1;
const BONUS = 2;

/** A transaction in the vendor's words. */
export function showActivity(activity: Activity, reference: string): LoyalifeTransactionSummaryDto {
  const { metadata, points } = activity;
  const given = metadata?.loyalty_txn_type;
  return {
    Id: activity.number,
    Points: Math.abs(points),
    Narration: activity.narration ?? activity.kind,
    TransactionDate: activity.occurredAt.toISOString(),
    ProcessingDate: activity.postedAt.toISOString(),
    ExpiryDate: activity.expiresAt?.toISOString() ?? null,
    RelationReference: reference,
    ExternalReference: activity.id.toUpperCase(),
    AdditionalDetail: metadata && JSON.stringify(metadata),
    LoyaltyTxnType: typeof given === 'number' ? given : activity.isPurchase ? SPEND : points > 0 ? BONUS : 0,
    TransactionType: points < 0 ? 2 : 1,
    MerchantName: activity.merchantName,
    IsActive: !activity.isReversed,
  };
}

/** What a category is called, and whether its points went out: then they are shown without their sign. */
const CATEGORIES: Readonly<Record<PointCategory, { readonly name: keyof LoyalifeStatementSummaryDto; readonly out: boolean }>> = {
  spend: { name: 'Spend', out: false },
  bonus: { name: 'Bonus', out: false },
  partner: { name: 'Partner', out: false },
  purchased: { name: 'Purchased', out: false },
  other: { name: 'OtherAccrued', out: false },
  redeemed: { name: 'Redeem', out: true },
  expired: { name: 'ExpiredPoints', out: true },
};

const shown = ({ category, points }: PointsOfCategory): number => (CATEGORIES[category].out && points !== 0 ? -points : points);

export const showSummary = (sums: readonly PointsOfCategory[], balance: number): LoyalifeStatementSummaryDto => ({
  ...(Object.fromEntries(sums.map((sum) => [CATEGORIES[sum.category].name, shown(sum)])) as Omit<
    LoyalifeStatementSummaryDto,
    'PointBalance'
  >),
  PointBalance: balance,
});

export const showCategory = (sum: PointsOfCategory): LoyalifeStatementCategoryDto => ({
  Category: CATEGORIES[sum.category].name,
  Points: shown(sum),
  Transactions: sum.count,
});

const LAST_DAYS = ['03-31', '06-30', '09-30', '12-31'];

export const showQuarter = ({ year, quarter, original, used, held, expired, left }: QuarterOfLots): LoyalifeExpiryPeriodDto => ({
  ScheduleDate: `${year}-${LAST_DAYS[quarter - 1]}`,
  AccrualPoints: original,
  RedeemPoints: used,
  BlockedPoints: held,
  TotalExpiredPoints: expired,
  TotalAvailablePoints: left,
});
