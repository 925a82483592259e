import { createHash, randomInt } from 'node:crypto';

/** How many codes a person gets at a time. */
export const RECOVERY_CODES = 10;

/** Without 0, 1, I and O, which are mistaken for each other on paper. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 24;
const GROUP = 6;

/** The form in which recovery codes are shown. */
export const RECOVERY_CODE_FORM = /^[2-9A-HJ-NP-Z]{6}(-[2-9A-HJ-NP-Z]{6}){3}$/;

/** A new code of 120 random bits, in four groups. */
export function newRecoveryCode(): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return Array.from({ length: LENGTH / GROUP }, (_, i) => letters.slice(i * GROUP, (i + 1) * GROUP).join('')).join('-');
}

/**
 * What is kept of a code. SHA-256: NIST 800-63B-4 asks for a slow hash below 112 random bits, and here are 120. The fast one
 * lets a single statement find a code and use it up.
 */
export const recoveryCodeHash = (plain: string): Buffer => createHash('sha256').update(plain).digest();
