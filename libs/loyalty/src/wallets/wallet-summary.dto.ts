import { ListOf, Nested, PointsValue, Text, Uuid } from '@tallystick/platform';
import { CategoryTotalsDto, DayOrMoment } from '../transactions/analytics.dto.js';

class SummarizedMonthDto extends CategoryTotalsDto {
  @Text({ max: 7, example: '2026-03' })
  month: string;

  @PointsValue({ description: "The balance at the month's end.", example: 370 })
  closing: number;
}

/** What moved a wallet in a period, by category; amounts in points. */
export class WalletSummaryDto {
  @Uuid()
  wallet_id: string;

  @Uuid()
  member_id: string;

  @Uuid()
  program_id: string;

  @Text({ max: 64, description: 'The zone in which days and months begin.', example: 'Asia/Kolkata' })
  timezone: string;

  @DayOrMoment({ nullable: true, example: '2026-03-01' })
  from: string | null;

  @DayOrMoment({})
  to: string;

  @PointsValue({ example: 0 })
  opening: number;

  @PointsValue({ example: 370 })
  closing: number;

  @Nested(() => CategoryTotalsDto)
  totals: CategoryTotalsDto;

  @ListOf(() => SummarizedMonthDto, { max: 1_200, optional: true, description: 'The months in which something moved, with `by=month`.' })
  months?: SummarizedMonthDto[];
}
