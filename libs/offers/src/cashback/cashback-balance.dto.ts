import { Currency, Nested, Uuid } from '@tallystick/platform';
import { CardMoneyDto } from './card-transaction.dto.js';

export class CashbackBalanceDto {
  @Uuid({ description: 'The member; of one who was merged, who goes on for them.' })
  member_id: string;

  @Currency()
  currency: string;

  @Nested(() => CardMoneyDto, { description: 'Of purchases that are authorized and have not settled.' })
  pending: CardMoneyDto;

  @Nested(() => CardMoneyDto, { description: 'Settled, and not paid out yet.' })
  on_the_way: CardMoneyDto;

  @Nested(() => CardMoneyDto, { description: 'Paid out and taken back since: set off against what comes next.' })
  owed: CardMoneyDto;

  @Nested(() => CardMoneyDto, { description: 'Paid out in all.' })
  paid_out: CardMoneyDto;
}
