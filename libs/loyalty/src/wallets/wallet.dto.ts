import { Choice, Currency, MoneyText, Nested, PointsValue, Uuid } from '@tallystick/platform';
import { WALLET_KINDS } from './wallet.js';

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

/** A member's wallet; amounts in points, or of a cash wallet in units of its currency, exact. */
export class WalletDto {
  @Uuid()
  id: string;

  @Nested(() => OwnerDto)
  owner: OwnerDto;

  @Uuid({ nullable: true, description: 'Null for cash, which is of no program.' })
  program_id: string | null;

  @Choice(WALLET_KINDS, { description: '`cash`: what points were redeemed to, in one currency.', example: 'points' })
  kind: string;

  @Currency({ description: 'The currency in which the program counts purchases; of a cash wallet, that of its money.' })
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

  @Nested(() => MoneyDto, { nullable: true, description: 'What is available in money; of points, where the program has a point value.' })
  value: MoneyDto | null;

  @Choice(['active', 'frozen', 'closed'], { example: 'active' })
  status: string;
}
