import type { DomainError } from '@tallystick/kernel';
import type { MemberStatus } from '@tallystick/loyalty';
import type { LoyalifeCode } from '../loyalife.codes.js';
import { refuse } from '../loyalife.errors.js';

/** A member's status as Loyalife numbers it (A.3.3). A closed, merged or erased member is cancelled there. */
export const STATUS_NUMBERS: Readonly<Record<MemberStatus, number>> = {
  active: 1,
  suspended: 2,
  login_blocked: 3,
  cancelled: 4,
  closed: 4,
  merged: 4,
  erased: 4,
  inactive: 5,
  blocked: 6,
};

const STATUS_CODES: Readonly<Record<MemberStatus, LoyalifeCode>> = {
  active: '107',
  inactive: '107',
  login_blocked: '107',
  blocked: '107',
  suspended: '114',
  cancelled: '113',
  closed: '113',
  merged: '113',
  erased: '113',
};

/** The refusal that a member of this status gets; undefined when an error of ours is not about the status. */
export function standingRefusal({ details }: DomainError): DomainError | undefined {
  const [status] = (details.errors?.member_status ?? []) as readonly MemberStatus[];
  return status === undefined ? undefined : refuse(STATUS_CODES[status]);
}
