import { COMPANY_ID, USER_ID, type CoinAllocationInput, type Source } from '@tallystick/loyalty';
import { Integer, Moment, Text, Uuid } from '@tallystick/platform';

/** Something happened to a user that gives coins. */
export class AllocateCoinsDto {
  @Text({ max: 23, pattern: COMPANY_ID, hint: 'Must be the id of a company, as CEK0TCW2W8.', example: 'CEK0TCW2W8' })
  company_id: string;

  @Text({ max: 100, example: 'REFERRAL_EVENT' })
  event: string;

  @Text({ max: 100, description: 'Yours, of this allocation: a repeat under it gives nothing more.', example: 'COIN_REQ1234567' })
  request_id: string;

  @Text({ max: 22, pattern: USER_ID, hint: 'Must be the id of a user, as EKQZVMQK.', example: 'EKQZVMQK' })
  user_id: string;

  static toInput(dto: AllocateCoinsDto, source: Source): CoinAllocationInput {
    return { companyId: dto.company_id, event: dto.event, requestId: dto.request_id, userId: dto.user_id, source };
  }
}

/** The coins that an event gave. */
export class CoinAllocationDto {
  @Text({ example: 'CEK0TCW2W8' })
  company_id: string;

  @Text({ max: 100, example: 'COIN_REQ1234567' })
  request_id: string;

  @Text({ example: 'EKQZVMQK' })
  user_id: string;

  @Uuid()
  member_id: string;

  @Text({ max: 100, example: 'REFERRAL_EVENT' })
  event: string;

  @Uuid()
  coin_event_id: string;

  @Integer({ min: 1, max: 1_000_000_000, description: 'Whole coins.', example: 50 })
  amount: number;

  @Uuid({ description: 'The earning in the ledger.' })
  transaction_id: string;

  @Moment()
  created_at: string;
}
