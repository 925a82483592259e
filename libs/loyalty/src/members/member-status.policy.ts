import { InvalidState } from '@tallystick/platform';

/** Every status of a member; the last two come from a merge and from an erasure alone. */
export const MEMBER_STATUSES = [
  'active',
  'inactive',
  'suspended',
  'login_blocked',
  'blocked',
  'cancelled',
  'closed',
  'merged',
  'erased',
] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** What a status can be set to. */
export const SETTABLE_STATUSES = ['active', 'inactive', 'suspended', 'login_blocked', 'blocked', 'cancelled', 'closed'] as const;

/** What members do with their points, and whether they may come in. */
export type MemberRight = 'earn' | 'spend' | 'sign_in';

const RIGHTS: Readonly<Record<MemberStatus, readonly MemberRight[]>> = {
  active: ['earn', 'spend', 'sign_in'],
  // Enrolled, and not yet come in: what they buy counts.
  inactive: ['earn'],
  suspended: [],
  login_blocked: ['earn', 'spend'],
  blocked: [],
  cancelled: [],
  closed: [],
  merged: [],
  erased: [],
};

/** Whether a member of this status may. */
export const mayDo = (status: MemberStatus, right: MemberRight): boolean => RIGHTS[status].includes(right);

/** How a sentence goes on after "The member is". */
export const MEMBER_WORDS: Readonly<Record<MemberStatus, string>> = {
  active: 'active',
  inactive: 'inactive',
  suspended: 'suspended',
  login_blocked: 'blocked from signing in',
  blocked: 'blocked',
  cancelled: 'cancelled',
  closed: 'closed',
  merged: 'merged into another',
  erased: 'erased',
};

const FINAL: readonly MemberStatus[] = ['closed', 'merged', 'erased'];

/** Throws `invalid_state` when a member does not come from one status to another: some are for good, and a cancelled member is first reinstated. */
export function refuseStatus(from: MemberStatus, to: MemberStatus): void {
  const words = `A member who is ${MEMBER_WORDS[from]}`;
  if (FINAL.includes(from)) throw InvalidState.with({ errors: { status: [`${words} stays so.`] } });
  if (from === 'cancelled' && !['active', 'inactive', 'closed'].includes(to))
    throw InvalidState.with({ errors: { status: [`${words} is made active or inactive before anything else.`] } });
}
