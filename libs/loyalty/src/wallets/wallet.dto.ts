import { Choice, Currency, MoneyText, Nested, PointsValue, Uuid } from '@tallystick/platform';

class OwnerDto {
  @Choice(['member'], { example: 'member' })
  type: string;

  @Uuid()
  id: string;
}

class MoneyDto {
  @MoneyText()
  amount: string;

  @Currency()
  currency: string;
}

/** A member's wallet; amounts in points, exact. */
export class WalletDto {
  @Uuid()
  id: string;

  @Nested(() => OwnerDto)
  owner: OwnerDto;

  @Uuid()
  program_id: string;

  @Choice(['points'], { example: 'points' })
  kind: string;

  @Currency({ description: 'The currency in which the program counts purchases.' })
  currency: string;

  @PointsValue({ description: 'All that has been posted.', example: 370 })
  balance: number;

  @PointsValue({ description: 'What can be redeemed now.', example: 250 })
  available: number;

  @PointsValue({ description: 'What holds cover.', example: 100 })
  held: number;

  @PointsValue({ description: 'What becomes available later.', example: 20 })
  pending: number;

  @PointsValue({ description: 'What the member owes for refunds that found too little; the next points pay it first.', example: 0 })
  owed: number;

  @Nested(() => MoneyDto, { nullable: true, description: 'What the available points are worth, where the program has a point value.' })
  value: MoneyDto | null;

  @Choice(['active', 'frozen', 'closed'], { example: 'active' })
  status: string;
}
