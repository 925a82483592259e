import { Currency, MoneyText, Uuid } from '@tallystick/platform';

/** A member's money in one currency. */
export class CashWalletDto {
  @Uuid()
  id: string;

  @Uuid()
  member_id: string;

  @Currency()
  currency: string;

  @Uuid({ description: 'The asset of the currency; GafaPay names the currency by it.' })
  currency_id: string;

  @MoneyText()
  balance: string;

  @MoneyText()
  available: string;
}
