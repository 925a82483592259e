import { Choice, field, ListOf, PointsValue, Text, Uuid, type FieldOptions } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { GRANULARITIES, type Granularity } from './local-period.policy.js';

const DAY_OR_MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/;

/** A day of the tenant's calendar, or a moment, which counts as the local day it lies in. */
export const DayOrMoment = (options: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'day',
      schema: { type: 'string', minLength: 10, maxLength: 40, pattern: DAY_OR_MOMENT.source },
      check: (value) => typeof value === 'string' && DAY_OR_MOMENT.test(value) && DateTime.fromISO(value).isValid,
      message: 'Must be a day, as 2026-03-31, or a time in RFC 3339 with its offset.',
    },
    { example: '2026-03-31', ...options },
  );

export class AnalyticsQuery {
  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;

  @DayOrMoment({
    optional: true,
    description: 'The first day, in the zone of the tenant; 30 days in all when left out.',
    example: '2026-03-01',
  })
  from?: string;

  @DayOrMoment({
    optional: true,
    description: 'The last day, which counts whole; today when left out. A moment is the first no longer within.',
  })
  to?: string;

  @Choice(GRANULARITIES, { optional: true, description: 'The steps of `series`; weeks begin on Monday.', example: 'day' })
  granularity?: Granularity;
}

/** `net = issued - redeemed - expired + reversed + transferred + adjusted`. */
class MovementsDto {
  @DayOrMoment({ description: 'The first day.', example: '2026-03-01' })
  from: string;

  @DayOrMoment({ description: 'The last day, which counts whole.' })
  to: string;

  @PointsValue({ description: 'Earned for purchases, or given without one.' })
  issued: number;

  @PointsValue({ example: 40 })
  redeemed: number;

  @PointsValue({ example: 0 })
  expired: number;

  @PointsValue({ description: 'Signed: what reversals, refunds and voids gave back less what they took.', example: -20 })
  reversed: number;

  @PointsValue({ description: 'Signed: received less sent; 0 for all members together.', example: 0 })
  transferred: number;

  @PointsValue({ description: 'Signed: credited less debited by hand.', example: 0 })
  adjusted: number;

  @PointsValue({ description: 'What it all changed balances by.', example: 60 })
  net: number;
}

export class AnalyticsDto extends MovementsDto {
  @Uuid()
  program_id: string;

  @Text({ max: 64, example: 'Asia/Kolkata' })
  timezone: string;

  @Choice(GRANULARITIES, { example: 'day' })
  granularity: string;

  @PointsValue({
    nullable: true,
    description: 'Expired for each point issued, four decimals; null where none was issued.',
    example: 0.0312,
  })
  breakage_rate: number | null;

  @ListOf(() => MovementsDto, { max: 400 })
  series: MovementsDto[];
}

export class WalletSummaryQuery {
  @DayOrMoment({
    optional: true,
    description: 'The first day, in the zone of the tenant; from the beginning when left out.',
    example: '2026-03-01',
  })
  from?: string;

  @DayOrMoment({
    optional: true,
    description: 'The last day, which counts whole; until now when left out. A moment is the first no longer within.',
  })
  to?: string;

  @Choice(['month'], { optional: true, description: 'Also each month on its own.', example: 'month' })
  by?: 'month';
}

/** `earned + bonus - redeemed - expired + reversed + transferred + adjusted` is what a balance changed by. */
export class CategoryTotalsDto {
  @PointsValue({ description: 'For purchases.' })
  earned: number;

  @PointsValue({ description: 'Given without a purchase.', example: 10 })
  bonus: number;

  @PointsValue({ example: 40 })
  redeemed: number;

  @PointsValue({ example: 0 })
  expired: number;

  @PointsValue({ description: 'Signed.', example: -20 })
  reversed: number;

  @PointsValue({ description: 'Signed.', example: 0 })
  transferred: number;

  @PointsValue({ description: 'Signed.', example: 0 })
  adjusted: number;
}
