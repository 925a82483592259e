import { derivedId } from '@tallystick/kernel';

/** The house accounts of a points asset: unbounded below, they say where points come from and go to. */
export const HOUSE_PURPOSES = ['issuance', 'redeemed', 'expired', 'adjustment'] as const;
export type HousePurpose = (typeof HOUSE_PURPOSES)[number];

/** The house accounts of a currency: where a tenant's money comes in, unbounded below, and what of it can be paid out, never below 0. */
export const FUNDS_PURPOSES = ['bank', 'prefund:available'] as const;
export type FundsPurpose = (typeof FUNDS_PURPOSES)[number];

/**
 * The house accounts of a currency in which cashback is paid: what the institution and the platform fund, what they get of what merchants pay,
 * and what was handed on to customers. Without a floor.
 */
export const CASHBACK_PURPOSES = [
  'cashback:institution_funding',
  'cashback:platform_funding',
  'cashback:dispersed',
  'commission:institution',
  'commission:platform',
] as const;
export type CashbackPurpose = (typeof CASHBACK_PURPOSES)[number];

/** The id of an asset's house account: derived, so that nobody has to look it up. */
export const houseAccountId = (assetId: string, purpose: HousePurpose | FundsPurpose | CashbackPurpose): string =>
  derivedId(assetId, `house:${purpose}`);

/** The id of the account on which an owner's account owes what a claw-back did not find (C3.4). */
export const debtAccountId = (accountId: string): string => derivedId(accountId, 'debt');

/** The id of an owner's account of an asset. */
export const ownerAccountId = (assetId: string, ownerId: string): string => derivedId(assetId, `owner:${ownerId}`);

/** The id of a tenant's asset of a currency (ISO 4217): one for each currency. */
export const currencyAssetId = (tenantId: string, currency: string): string => derivedId(tenantId, `currency:${currency}`);
