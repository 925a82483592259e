import { randomBytes } from 'node:crypto';

/** What the ids of the coin API begin with: companies, users, card accounts, cards and configurations of events. */
export const COIN_PREFIXES = { company: 'CEK', user: 'EK', cardAccount: 'CAQ', card: 'EKC', event: 'WCC' } as const;

/** Ids that callers may bring along: the prefix and 4 to 20 letters and digits. */
export const COMPANY_ID = /^CEK[0-9A-Z]{4,20}$/;
export const USER_ID = /^EK[0-9A-Z]{4,20}$/;
export const CARD_ACCOUNT_ID = /^CAQ[0-9A-Z]{4,20}$/;

/** Without letters that read as digits. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/** A new id: the prefix and 60 random bits. */
export const newCoinId = (of: keyof typeof COIN_PREFIXES): string =>
  COIN_PREFIXES[of] + [...randomBytes(LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
