import { COIN_CONFIGURATIONS, COMPANY_ID, type CoinConfiguration, type CoinEvent, type CoinEventInput } from '@tallystick/loyalty';
import { Choice, Integer, Moment, Text, Uuid, type FieldOptions } from '@tallystick/platform';

const CompanyId = (options?: FieldOptions): PropertyDecorator =>
  Text({ max: 23, pattern: COMPANY_ID, hint: 'Must be the id of a company, as CEK0TCW2W8.', example: 'CEK0TCW2W8', ...options });

/** What an event is to give. */
export class CreateCoinEventDto {
  @Choice(COIN_CONFIGURATIONS, { description: 'DEFAULT: in every company. CUSTOM: in one, before the default.', example: 'DEFAULT' })
  configuration: CoinConfiguration;

  @CompanyId({ optional: true, description: 'The company of a CUSTOM configuration.' })
  company_id?: string;

  @Text({ max: 100, description: 'The name by which callers report it.', example: 'REFERRAL_EVENT' })
  event: string;

  @Integer({ min: 1, max: 1_000_000_000, description: "Whole coins: points of the company's program.", example: 50 })
  amount: number;

  static toInput(dto: CreateCoinEventDto): CoinEventInput {
    return { configuration: dto.configuration, companyId: dto.company_id, event: dto.event, amount: BigInt(dto.amount) };
  }
}

/** What is to change of an event; a field left out stays. */
export class UpdateCoinEventDto {
  @Choice(COIN_CONFIGURATIONS, { optional: true, example: 'DEFAULT' })
  configuration?: CoinConfiguration;

  @CompanyId({ optional: true, description: 'The company of a CUSTOM configuration; a DEFAULT has none.' })
  company_id?: string;

  @Text({ optional: true, max: 100, example: 'REFERRAL_EVENT' })
  event?: string;

  @Integer({ optional: true, min: 1, max: 1_000_000_000, example: 75 })
  amount?: number;

  /** The event as it is to be: `known` with what is given here. One that becomes a default belongs to no company any more. */
  static over(known: CoinEvent, dto: UpdateCoinEventDto): CoinEventInput {
    const configuration = dto.configuration ?? known.configuration;
    return {
      configuration,
      companyId: dto.company_id ?? (configuration === 'CUSTOM' ? (known.companyId ?? undefined) : undefined),
      event: dto.event ?? known.event,
      amount: dto.amount === undefined ? known.amount : BigInt(dto.amount),
    };
  }
}

/** What an event gives. */
export class CoinEventDto {
  @Uuid()
  id: string;

  @Text({ description: 'Its id in the EnKash dialect.', example: 'WCC12345' })
  code: string;

  @Choice(COIN_CONFIGURATIONS, { example: 'DEFAULT' })
  configuration: string;

  @Text({ nullable: true, description: 'Null for a default.', example: 'CEK0TCW2W8' })
  company_id: string | null;

  @Text({ max: 100, example: 'REFERRAL_EVENT' })
  event: string;

  @Integer({ min: 1, max: 1_000_000_000, example: 50 })
  amount: number;

  @Integer({
    min: 1,
    max: 1_000_000_000,
    description: 'Grows with every change; allocations name the one they were made under.',
    example: 1,
  })
  version: number;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from({ id, code, configuration, companyId, event, amount, version, createdAt, updatedAt }: CoinEvent): CoinEventDto {
    return {
      id,
      code,
      configuration,
      company_id: companyId,
      event,
      amount: Number(amount),
      version,
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    };
  }
}
