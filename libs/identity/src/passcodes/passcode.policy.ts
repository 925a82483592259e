import { randomBytes, randomInt } from 'node:crypto';

/** How what proves something looks: a code to be typed, or the secret of a link. */
type Form = 'code' | 'link';

interface PurposeRule {
  readonly form: Form;
  /** How long it works, in minutes. */
  readonly minutes: number;
  /** Ends the sentence "Use this code to", in the mail. */
  readonly words: string;
}

/** What a one-time passcode can be for: a closed list, and a passcode for one thing does nothing else. */
export const PASSCODE_PURPOSES = {
  login: { form: 'code', minutes: 5, words: 'sign in' },
  password_reset: { form: 'code', minutes: 10, words: 'choose a new password' },
  password_reset_link: { form: 'link', minutes: 30, words: 'choose a new password' },
  verify_email: { form: 'code', minutes: 10, words: 'confirm your e-mail address' },
  verify_email_link: { form: 'link', minutes: 24 * 60, words: 'confirm your e-mail address' },
  sensitive_action: { form: 'code', minutes: 5, words: 'confirm what you are doing' },
  prefund_decision: { form: 'code', minutes: 5, words: 'decide on the prefund request' },
  member_login: { form: 'code', minutes: 5, words: 'sign in' },
  member_otp: { form: 'code', minutes: 5, words: 'confirm what you are doing' },
} as const satisfies Record<string, PurposeRule>;

export type PasscodePurpose = keyof typeof PASSCODE_PURPOSES;

/** Wrong codes after which a challenge is void. */
export const MOST_ATTEMPTS = 5;

/** Six digits, each as likely as any other; for a link 256 random bits. */
export const newPasscode = (purpose: PasscodePurpose): string =>
  PASSCODE_PURPOSES[purpose].form === 'code' ? randomInt(1_000_000).toString().padStart(6, '0') : randomBytes(32).toString('base64url');

/** What a link carries behind its `#`: which challenge, and its secret. */
export const linkToken = ({ challengeId, code }: { challengeId: string; code: string }): string =>
  `${Buffer.from(challengeId.replaceAll('-', ''), 'hex').toString('base64url')}.${code}`;

/** What such a token names; undefined for anything else. */
export function readLinkToken(token: string): { challengeId: string; code: string } | undefined {
  const [, id, code] = /^([\w-]{22})\.([\w-]{43})$/.exec(token) ?? [];
  if (id === undefined || code === undefined) return undefined;
  const hex = Buffer.from(id, 'base64url').toString('hex');
  return { challengeId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), code };
}

/** An address of which its owner recognizes what is left, as `a***@example.com`. */
export const maskEmail = (email: string): string => email.replace(/^([^@])?[^@]*@/u, '$1***@');
