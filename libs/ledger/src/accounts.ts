import { derivedId } from '@tallystick/kernel';

/** The house accounts of a points asset: unbounded below, they say where points come from and go to. */
export const HOUSE_PURPOSES = ['issuance', 'redeemed', 'expired', 'adjustment'] as const;
export type HousePurpose = (typeof HOUSE_PURPOSES)[number];

/** The id of an asset's house account: derived, so that nobody has to look it up. */
export const houseAccountId = (assetId: string, purpose: HousePurpose): string => derivedId(assetId, `house:${purpose}`);

/** The id of an owner's account of an asset. */
export const ownerAccountId = (assetId: string, ownerId: string): string => derivedId(assetId, `owner:${ownerId}`);
