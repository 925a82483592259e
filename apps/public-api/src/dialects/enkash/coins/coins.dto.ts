import { COIN_CONFIGURATIONS, COMPANY_ID, USER_ID, type CoinConfiguration } from '@tallystick/loyalty';
import { Choice, Integer, Text, type FieldOptions } from '@tallystick/platform';

/** `companyId`. */
export const CompanyIdField = (options?: FieldOptions): PropertyDecorator =>
  Text({ max: 23, pattern: COMPANY_ID, hint: 'Must be the id of a company, as CEK0TCW2W8.', example: 'CEK0TCW2W8', ...options });

/** `userId`. */
export const UserIdField = (options?: FieldOptions): PropertyDecorator =>
  Text({ max: 22, pattern: USER_ID, hint: 'Must be the id of a user, as EKQZVMQK.', example: 'EKQZVMQK', ...options });

export class EnkashCreateCoinsConfigDto {
  @Choice(COIN_CONFIGURATIONS, {
    description: 'DEFAULT: in every company. CUSTOM: in `companyId`, before the default.',
    example: 'DEFAULT',
  })
  configuration: CoinConfiguration;

  @CompanyIdField({ optional: true, description: 'The company of a CUSTOM configuration; with a DEFAULT, one that is thereby known.' })
  companyId?: string;

  @Text({ max: 100, example: 'REFERRAL_EVENT' })
  event: string;

  @Integer({ min: 1, max: 1_000_000_000, example: 50 })
  amount: number;
}

export class EnkashUpdateCoinsConfigDto {
  @Choice(COIN_CONFIGURATIONS, { optional: true, example: 'DEFAULT' })
  configuration?: CoinConfiguration;

  @CompanyIdField({ optional: true })
  companyId?: string;

  @Text({ optional: true, max: 100, example: 'REFERRAL_EVENT' })
  event?: string;

  @Integer({ optional: true, min: 1, max: 1_000_000_000, example: 75 })
  amount?: number;
}

export class EnkashAllocateCoinDto {
  @CompanyIdField()
  companyId: string;

  @Text({ max: 100, example: 'REFERRAL_EVENT' })
  event: string;

  @Text({ max: 100, description: 'Yours: a repeat under it gives nothing more.', example: 'COIN_REQ1234567' })
  requestId: string;

  @UserIdField()
  userId: string;
}

export class EnkashBalanceQuery {
  @UserIdField()
  userId: string;
}
