/** A rate limit: so many requests within a window of so many seconds, from the first one on. */
export interface Limit {
  readonly count: number;
  readonly seconds: number;
}

/** The limits that everything counts against: each address before anybody is known, each client or person afterwards. */
export const GENERAL_LIMITS = ['address', 'client'] as const;

/** The limits of what is worth guessing or costs money (RTL-05): an endpoint names its own beside the general ones. */
export const STRICT_LIMITS = ['sign_in', 'token', 'passcode', 'password_reset', 'invitation', 'export'] as const;

export type StrictLimit = (typeof STRICT_LIMITS)[number];

export type LimitName = (typeof GENERAL_LIMITS)[number] | StrictLimit;

export const LIMIT_NAMES: readonly LimitName[] = [...GENERAL_LIMITS, ...STRICT_LIMITS];

export type Limits = Readonly<Record<LimitName, Limit>>;

const FORM = /^([1-9]\d{0,8})\/([1-9]\d{0,4})$/;
const LONGEST_SECONDS = 86_400;

/** Reads `<count>/<seconds>`; undefined for anything else. */
export function parseLimit(text: string): Limit | undefined {
  const [, count, seconds] = FORM.exec(text) ?? [];
  return count && seconds && Number(seconds) <= LONGEST_SECONDS ? { count: Number(count), seconds: Number(seconds) } : undefined;
}
