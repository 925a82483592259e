import type { Category } from './category.js';

export const MERCHANT_STATUSES = ['active', 'inactive'] as const;
export type MerchantStatus = (typeof MERCHANT_STATUSES)[number];

export const BUSINESS_TYPES = ['physical_venue', 'ecommerce'] as const;
export type BusinessType = (typeof BUSINESS_TYPES)[number];

/** Where a merchant can be followed. */
export const NETWORKS = ['facebook', 'instagram', 'linkedin', 'twitter', 'tiktok', 'youtube', 'pinterest', 'whatsapp', 'other'] as const;
export type SocialLink = { readonly network: (typeof NETWORKS)[number]; readonly url: string };

/** By what card transactions name a merchant, as it was given. */
export interface Identifiers {
  readonly merchantIds: readonly string[];
  readonly terminalIds: readonly string[];
  readonly descriptors: readonly string[];
}

/** Who makes offers. */
export interface Merchant {
  readonly id: string;
  /** The institution's own id of the merchant. */
  readonly reference: string;
  readonly name: string;
  readonly status: MerchantStatus;
  readonly category: Category;
  /** 1, the cheapest, to 5. */
  readonly priceLevel: number;
  /** In tenths of a star: 0 to 50. */
  readonly rating: number;
  /** What was counted last of how much is bought there. */
  readonly popularity: bigint;
  readonly businessType: BusinessType | null;
  readonly url: string | null;
  readonly logoUrl: string | null;
  readonly socialMedia: readonly SocialLink[];
  /** When there are some, a descriptor names the merchant only together with one of these. */
  readonly mccs: readonly string[];
  readonly identifiers: Identifiers;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface MerchantRow {
  id: string;
  reference: string;
  name: string;
  status: MerchantStatus;
  category: Category;
  price_level: number;
  rating: number;
  popularity: string;
  business_type: BusinessType | null;
  url: string | null;
  logo_url: string | null;
  social_media: SocialLink[];
  mccs: string[];
  merchant_ids: string[];
  terminal_ids: string[];
  descriptors: string[];
  created_at: Date;
  updated_at: Date;
}

const given = (kind: string): string =>
  `array(select i.given from merchant_identifier i where i.tenant_id = m.tenant_id and i.merchant_id = m.id and i.kind = '${kind}' order by i.value)`;

/** The columns of `merchant m`, with its codes and identifiers, under the names of `MerchantRow`. */
export const MERCHANT_COLUMNS = `m.id, m.reference, m.name, m.status, m.category, m.price_level, m.rating, m.popularity, m.business_type, m.url,
  m.logo_url, m.social_media, m.created_at, m.updated_at,
  array(select c.mcc from merchant_mcc c where c.tenant_id = m.tenant_id and c.merchant_id = m.id order by c.mcc) as mccs,
  ${given('merchant_id')} as merchant_ids, ${given('terminal_id')} as terminal_ids, ${given('descriptor')} as descriptors`;

/** Reads a merchant from its row. */
export const readMerchant = (row: MerchantRow): Merchant => ({
  id: row.id,
  reference: row.reference,
  name: row.name,
  status: row.status,
  category: row.category,
  priceLevel: row.price_level,
  rating: row.rating,
  popularity: BigInt(row.popularity),
  businessType: row.business_type,
  url: row.url,
  logoUrl: row.logo_url,
  socialMedia: row.social_media,
  mccs: row.mccs,
  identifiers: { merchantIds: row.merchant_ids, terminalIds: row.terminal_ids, descriptors: row.descriptors },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
