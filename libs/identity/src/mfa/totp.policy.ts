import { timingSafeEqual } from 'node:crypto';
import { hotp } from 'speakeasy';

/** Bytes of a secret: 160 bits, as RFC 4226 recommends and as every authenticator app takes it. */
export const TOTP_SECRET_BYTES = 20;

/** Seconds that a code is shown. */
export const TOTP_STEP_SECONDS = 30;

/** How many steps a phone's clock may be off, either way. */
const DRIFT = 1;
const DIGITS = 6;
const ISSUER = 'Tallystick';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The step of RFC 6238 that a moment, in seconds since 1970, lies in. */
export const totpStepAt = (seconds: number): number => Math.floor(seconds / TOTP_STEP_SECONDS);

/** The code of a step: SHA-1 and six digits, the one form that every authenticator app knows. */
export const totpCode = (secret: Buffer, step: number): string =>
  // The types know text only; given bytes, speakeasy takes them as they are, without its own decoding.
  hotp({ secret: secret as unknown as string, counter: step, digits: DIGITS });

/** The step near `now` whose code is `code`, or undefined. */
export function matchingTotpStep(secret: Buffer, code: string, now: number): number | undefined {
  const given = Buffer.from(code);
  if (given.length !== DIGITS) return undefined;
  return [now, now - DRIFT, now + DRIFT].filter((step) => timingSafeEqual(given, Buffer.from(totpCode(secret, step))))[0];
}

/** Bytes in base32 (RFC 4648) without padding, as authenticator apps want a secret. */
export function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((group) => BASE32[parseInt(group.padEnd(5, '0'), 2)]).join('');
}

/** What the QR code of a set-up holds. Issuer and account are what the app shows beside the code. */
export function otpauthUrl(secret: Buffer, account: string): string {
  const label = `${encodeURIComponent(ISSUER)}:${encodeURIComponent(account)}`;
  const parameters = {
    secret: toBase32(secret),
    issuer: ISSUER,
    algorithm: 'SHA1',
    digits: String(DIGITS),
    period: String(TOTP_STEP_SECONDS),
  };
  return `otpauth://totp/${label}?${new URLSearchParams(parameters)}`;
}
