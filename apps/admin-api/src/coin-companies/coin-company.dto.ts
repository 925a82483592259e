import { CARD_ACCOUNT_ID, COMPANY_ID, USER_ID, type CoinCompany, type CoinUser } from '@tallystick/loyalty';
import { Moment, Text, Uuid } from '@tallystick/platform';

/** A company to be; ids that the tenant's systems use already may be brought along. */
export class CreateCoinCompanyDto {
  @Text({
    optional: true,
    max: 23,
    pattern: COMPANY_ID,
    hint: 'Must be CEK and 4 to 20 capital letters or digits.',
    description: 'Made when left out.',
    example: 'CEK0TCW2W8',
  })
  company_id?: string;

  @Text({ optional: true, max: 200, example: 'Example Traders' })
  name?: string;

  @Text({
    optional: true,
    max: 23,
    pattern: CARD_ACCOUNT_ID,
    hint: 'Must be CAQ and 4 to 20 capital letters or digits.',
    description: 'The card account of its users; made when left out.',
    example: 'CAQ7ZKX41M',
  })
  card_account_id?: string;

  @Uuid({ optional: true, description: 'Whose points its coins are; the default program when left out.' })
  program_id?: string;
}

export class RenameCoinCompanyDto {
  @Text({ max: 200, example: 'Example Traders' })
  name: string;
}

/** A company whose users are given coins. */
export class CoinCompanyDto {
  @Text({ example: 'CEK0TCW2W8' })
  id: string;

  @Text({ nullable: true, max: 200, example: 'Example Traders' })
  name: string | null;

  @Text({ example: 'CAQ7ZKX41M' })
  card_account_id: string;

  @Uuid()
  program_id: string;

  @Moment()
  created_at: string;

  static from({ id, name, cardAccountId, programId, createdAt }: CoinCompany): CoinCompanyDto {
    return { id, name, card_account_id: cardAccountId, program_id: programId, created_at: createdAt.toISOString() };
  }
}

/** A member who becomes a user of a company. */
export class EnrollCoinUserDto {
  @Uuid()
  member_id: string;

  @Text({
    optional: true,
    max: 22,
    pattern: USER_ID,
    hint: 'Must be EK and 4 to 20 capital letters or digits.',
    description: 'Made when left out; it stays the same for good.',
    example: 'EKQZVMQK',
  })
  user_id?: string;
}

/** A member as a user of a company. */
export class CoinUserDto {
  @Text({ example: 'EKQZVMQK' })
  id: string;

  @Text({ example: 'CEK0TCW2W8' })
  company_id: string;

  @Uuid()
  member_id: string;

  @Text({ example: 'EKC55J2V9Q' })
  card_id: string;

  @Moment()
  created_at: string;

  static from({ id, companyId, memberId, cardId, createdAt }: CoinUser): CoinUserDto {
    return { id, company_id: companyId, member_id: memberId, card_id: cardId, created_at: createdAt.toISOString() };
  }
}
