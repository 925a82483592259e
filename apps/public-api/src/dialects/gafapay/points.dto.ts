import { Choice, field, Integer, Nested, PointsInput, QueryInteger, Text } from '@tallystick/platform';
import type { CashUserType } from '@tallystick/loyalty';
import { HexId } from './gafapay.ids.js';

/** The kinds of users by their numbers. */
export const USER_TYPES: Readonly<Record<number, CashUserType>> = { 2: 'customer', 3: 'merchant', 5: 'agent' };

/** The number of a kind of user. */
export const userTypeNumber = (type: CashUserType): number => Number(Object.entries(USER_TYPES).find(([, name]) => name === type)![0]);

const UserType = (): PropertyDecorator =>
  field(
    {
      name: 'user_type',
      schema: { type: 'integer', enum: [2, 3, 5] },
      check: (value) => Object.hasOwn(USER_TYPES, String(value)) && Number.isInteger(value),
      message: 'Must be 2 (customer), 3 (merchant) or 5 (agent).',
    },
    { description: '2 customer, 3 merchant, 5 agent.', example: 2 },
  );

export class GafapayConfigQuery {
  @QueryInteger({ optional: false, min: 2, max: 5, description: '2 customer, 3 merchant, 5 agent.', example: 2 })
  user_type: number;

  @HexId()
  currency_id: string;
}

export class GafapayUserQuery {
  @HexId()
  user_id: string;

  @HexId()
  currency_id: string;
}

export class GafapayPageQuery extends GafapayUserQuery {
  @QueryInteger({ min: 0, max: 1_000_000, description: 'How many to pass over.', example: 0 })
  skip?: number;

  @QueryInteger({ min: 1, max: 100, description: 'How many at most; 10 when left out.', example: 10 })
  limit?: number;

  @Choice(['asc', 'desc'], { optional: true, description: 'By time; the latest first when left out.', example: 'desc' })
  sorting?: 'asc' | 'desc';
}

/** Who, on the side of the company, had this done: kept with the transaction, and permits nothing. */
export class GafapayAdminUserInfoDto {
  @HexId()
  currency_id: string;

  @Integer({ min: 0, max: 99, example: 1 })
  debit_type: number;

  @HexId()
  debit_type_id: string;

  @Integer({ min: 0, max: 99, example: 1 })
  debit_account_type: number;

  @HexId()
  debit_account_type_id: string;

  @Text({ max: 200, example: 'Mouhamad Amine' })
  username: string;
}

export class GafapayRedeemDto {
  @PointsInput({ description: 'Points to redeem.', example: 10 })
  redeem_points: number | string;

  @UserType()
  user_type: number;

  @HexId()
  user_id: string;

  @HexId({ description: "The user's cash wallet of this currency." })
  wallet_id: string;

  @HexId()
  currency_id: string;

  @Nested(() => GafapayAdminUserInfoDto)
  company_admin_user_info: GafapayAdminUserInfoDto;
}
