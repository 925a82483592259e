import { parseDecimal } from '@tallystick/kernel';
import {
  BUSINESS_TYPES,
  CATEGORIES,
  MERCHANT_STATUSES,
  NETWORKS,
  type BusinessType,
  type Category,
  type Merchant,
  type MerchantChange,
  type MerchantInput,
  type MerchantStatus,
  type SocialLink,
} from '@tallystick/offers';
import { Choice, Integer, ListOf, Moment, Text, Uuid, Words, field, type FieldOptions } from '@tallystick/platform';

const MOST_IDENTIFIERS = 500;
const MOST_MCCS = 50;
const STARS = 5;

/** An address of the web, without what only a browser of somebody in particular could open. */
const HttpsUrl = (options?: FieldOptions): PropertyDecorator =>
  Text({ max: 500, pattern: /^https:\/\/[^\s@]{3,}$/, hint: 'Must be an https address.', example: 'https://cafenero.example', ...options });

/** Stars with one decimal. */
const Rating = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'rating',
      schema: { type: 'number', minimum: 0, maximum: STARS, multipleOf: 0.1 },
      check: (value) => typeof value === 'number' && value >= 0 && value <= STARS && typeof parseDecimal(value, 1) === 'bigint',
      message: `Must be a number from 0 to ${STARS} with at most one decimal.`,
    },
    { example: 4.5, ...options },
  );

const Mccs = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'mccs',
      schema: { type: 'array', maxItems: MOST_MCCS, uniqueItems: true, items: { type: 'string', pattern: '^\\d{4}$' } },
      check: (list) =>
        Array.isArray(list) &&
        list.length <= MOST_MCCS &&
        new Set(list).size === list.length &&
        list.every((mcc) => typeof mcc === 'string' && /^\d{4}$/.test(mcc)),
      message: `Must be a list of at most ${MOST_MCCS} different codes of four digits.`,
    },
    {
      description: 'Merchant category codes. When there are some, a descriptor names the merchant only beside one of them.',
      example: ['5812'],
      ...options,
    },
  );

const Identifiers = (description: string, example: string[], options?: FieldOptions): PropertyDecorator =>
  Words({ max: MOST_IDENTIFIERS, description, example, ...options });

const IDS = 'Ids that card transactions name the merchant by; each names one merchant.';
const TERMINALS = 'Ids of its terminals; each names one merchant.';
const DESCRIPTORS =
  'Texts that card transactions name the merchant by. Compared without case, accents, processors, terminals and places, so that each need be given once.';

/** Where a merchant can be followed. */
export class SocialLinkDto {
  @Choice(NETWORKS, { example: 'instagram' })
  network: SocialLink['network'];

  @HttpsUrl({ example: 'https://instagram.com/cafenero' })
  url: string;
}

/** What need not be said of a merchant. */
class MerchantDetailsDto {
  @Integer({ min: 1, max: 5, optional: true, description: 'Of a new one 1, the cheapest, when left out.', example: 2 })
  price_level?: number;

  @Rating({ optional: true })
  rating?: number;

  @Choice(BUSINESS_TYPES, { optional: true, nullable: true, example: 'physical_venue' })
  business_type?: BusinessType | null;

  @HttpsUrl({ optional: true, nullable: true })
  url?: string | null;

  @HttpsUrl({ optional: true, nullable: true, example: 'https://cafenero.example/logo.png' })
  logo_url?: string | null;

  @ListOf(() => SocialLinkDto, { optional: true, max: 10 })
  social_media?: SocialLinkDto[];

  @Mccs({ optional: true })
  mccs?: string[];

  @Identifiers(IDS, ['000123456789'], { optional: true })
  merchant_ids?: string[];

  @Identifiers(TERMINALS, ['T0042'], { optional: true })
  terminal_ids?: string[];

  @Identifiers(DESCRIPTORS, ['CAFE NERO'], { optional: true })
  descriptors?: string[];
}

/** A merchant as it is registered. */
export class CreateMerchantDto extends MerchantDetailsDto {
  @Text({ optional: true, max: 128, description: 'Your own id of the merchant, unique; ours when left out.', example: 'MER-0001' })
  reference?: string;

  @Text({ max: 200, example: 'Café Nero' })
  name: string;

  @Choice(CATEGORIES, { example: 'restaurants-bars' })
  category: Category;

  @Choice(MERCHANT_STATUSES, {
    optional: true,
    description: 'active when left out; offers of an inactive merchant do not hold.',
    example: 'active',
  })
  status?: MerchantStatus;

  static toInput(dto: CreateMerchantDto): MerchantInput {
    return {
      reference: dto.reference,
      name: dto.name,
      category: dto.category,
      status: dto.status ?? 'active',
      priceLevel: dto.price_level ?? 1,
      rating: tenths(dto.rating) ?? 0,
      businessType: dto.business_type ?? null,
      url: dto.url ?? null,
      logoUrl: dto.logo_url ?? null,
      socialMedia: linksOf(dto.social_media) ?? [],
      mccs: dto.mccs ?? [],
      identifiers: { merchantIds: dto.merchant_ids ?? [], terminalIds: dto.terminal_ids ?? [], descriptors: dto.descriptors ?? [] },
    };
  }
}

/** What is to change of a merchant; a field left out stays, a list replaces the one before. */
export class UpdateMerchantDto extends MerchantDetailsDto {
  @Text({ optional: true, max: 200, example: 'Café Nero' })
  name?: string;

  @Choice(CATEGORIES, { optional: true, example: 'restaurants-bars' })
  category?: Category;

  @Choice(MERCHANT_STATUSES, { optional: true, example: 'inactive' })
  status?: MerchantStatus;

  static toChange(dto: UpdateMerchantDto): MerchantChange {
    return {
      name: dto.name,
      category: dto.category,
      status: dto.status,
      priceLevel: dto.price_level,
      rating: tenths(dto.rating),
      businessType: dto.business_type,
      url: dto.url,
      logoUrl: dto.logo_url,
      socialMedia: linksOf(dto.social_media),
      mccs: dto.mccs,
      identifiers: { merchantIds: dto.merchant_ids, terminalIds: dto.terminal_ids, descriptors: dto.descriptors },
    };
  }
}

const tenths = (stars: number | undefined): number | undefined => (stars === undefined ? undefined : Number(parseDecimal(stars, 1)));

const linksOf = (links: SocialLinkDto[] | undefined): SocialLink[] | undefined => links?.map(({ network, url }) => ({ network, url }));

/** A merchant. */
export class MerchantDto {
  @Uuid()
  id: string;

  @Text({ max: 128, example: 'MER-0001' })
  reference: string;

  @Text({ max: 200, example: 'Café Nero' })
  name: string;

  @Choice(MERCHANT_STATUSES, { example: 'active' })
  status: string;

  @Choice(CATEGORIES, { example: 'restaurants-bars' })
  category: string;

  @Integer({ min: 1, max: 5, example: 2 })
  price_level: number;

  @Rating()
  rating: number;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'How much is bought there, as it was counted last.', example: 1_204 })
  popularity: number;

  @Choice(BUSINESS_TYPES, { nullable: true, example: 'physical_venue' })
  business_type: string | null;

  @HttpsUrl({ nullable: true })
  url: string | null;

  @HttpsUrl({ nullable: true, example: 'https://cafenero.example/logo.png' })
  logo_url: string | null;

  @ListOf(() => SocialLinkDto, { max: 10 })
  social_media: readonly SocialLinkDto[];

  @Mccs()
  mccs: readonly string[];

  @Identifiers(IDS, ['000123456789'])
  merchant_ids: readonly string[];

  @Identifiers(TERMINALS, ['T0042'])
  terminal_ids: readonly string[];

  @Identifiers(DESCRIPTORS, ['CAFE NERO'])
  descriptors: readonly string[];

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(merchant: Merchant): MerchantDto {
    return {
      id: merchant.id,
      reference: merchant.reference,
      name: merchant.name,
      status: merchant.status,
      category: merchant.category,
      price_level: merchant.priceLevel,
      rating: merchant.rating / 10,
      popularity: Number(merchant.popularity),
      business_type: merchant.businessType,
      url: merchant.url,
      logo_url: merchant.logoUrl,
      social_media: merchant.socialMedia,
      mccs: merchant.mccs,
      merchant_ids: merchant.identifiers.merchantIds,
      terminal_ids: merchant.identifiers.terminalIds,
      descriptors: merchant.identifiers.descriptors,
      created_at: merchant.createdAt.toISOString(),
      updated_at: merchant.updatedAt.toISOString(),
    };
  }
}
