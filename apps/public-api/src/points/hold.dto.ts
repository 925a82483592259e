import { HoldDto, type PointsTransaction } from '@tallystick/loyalty';
import { PointsValue, Text, Uuid } from '@tallystick/platform';

/** A hold as placed, with what it was placed on. */
export class PlacedHoldDto extends HoldDto {
  @Uuid()
  member_id: string;

  @Uuid()
  wallet_id: string;

  @Uuid()
  program_id: string;

  @Text({ nullable: true, max: 300 })
  reference: string | null;

  @PointsValue({ description: "The wallet's balance; held points are part of it.", example: 370 })
  balance_after: number;

  static from({ hold, member_id, wallet_id, program_id, reference, balance_after }: PointsTransaction): PlacedHoldDto {
    return { ...(hold as HoldDto), member_id, wallet_id, program_id, reference, balance_after };
  }
}
