/** A second factor as somebody typed it: the code of an authenticator app, a recovery code, or neither. */
export type MfaCode = { readonly totp: string } | { readonly recovery: string } | undefined;

/** What a field for a second factor takes: codes of either kind, grouped by blanks or hyphens as apps and people write them. */
export const MFA_CODE_FORM = /^[0-9A-Za-z][0-9A-Za-z -]{4,38}[0-9A-Za-z]$/;

/** Tells the kinds apart; groups and case do not matter. */
export function readMfaCode(typed: string): MfaCode {
  const plain = typed.replaceAll(/[ -]/g, '').toUpperCase();
  if (/^\d{6}$/.test(plain)) return { totp: plain };
  return /^[2-9A-HJ-NP-Z]{24}$/.test(plain) ? { recovery: plain } : undefined;
}
