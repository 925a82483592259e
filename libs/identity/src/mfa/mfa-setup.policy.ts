import { TOTP_SECRET_BYTES } from './totp.policy.js';

/** Seconds after which a set-up shows another secret; the one before it is still taken for as long again. */
export const MFA_SETUP_SECONDS = 10 * 60;

/** Whose set-up it is. Another session, and every change of the factor, gets another secret. */
export interface MfaSetupSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: number;
}

/** A keyed hash, as `Keyring.hmac`. */
type KeyedHash = (purpose: string, value: string) => Buffer;

/**
 * The secret of a set-up is not kept until it is confirmed: it is derived from whose set-up it is and when. So `GET auth/mfa/setup` changes
 * nothing (AUT-10), shows the same QR code when a page is loaded again, and needs no row that somebody has to clean up.
 */
const secretOf = (hmac: KeyedHash, { userId, sessionId, generation }: MfaSetupSubject, period: number): Buffer =>
  hmac('mfa_setup', JSON.stringify([userId, sessionId, generation, period])).subarray(0, TOTP_SECRET_BYTES);

const periodAt = (seconds: number): number => Math.floor(seconds / MFA_SETUP_SECONDS);

/** The secret that a set-up shows at a moment, in seconds since 1970, and the moment until which it can be confirmed. */
export function mfaSetupAt(hmac: KeyedHash, subject: MfaSetupSubject, now: number): { secret: Buffer; expiresAt: Date } {
  const period = periodAt(now);
  return { secret: secretOf(hmac, subject, period), expiresAt: new Date((period + 2) * MFA_SETUP_SECONDS * 1000) };
}

/** The secrets that can be confirmed at a moment: the one shown now and the one shown before it. */
export const confirmableSecrets = (hmac: KeyedHash, subject: MfaSetupSubject, now: number): Buffer[] =>
  [periodAt(now), periodAt(now) - 1].map((period) => secretOf(hmac, subject, period));
