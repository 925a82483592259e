import { mayDo, type Member, type MemberPlace } from '@tallystick/loyalty';
import type { LoyalifeMemberDetailsDto, LoyalifeMemberProfileDto } from './profile.dto.js';
import { STATUS_NUMBERS } from './standing.policy.js';

/** What an answer tells of a member besides the profile. */
export interface Beside {
  readonly standing: MemberPlace;
  readonly points: number;
}

/** A member in the vendor's words. */
export function showProfile(member: Member, { standing, points }: Beside): LoyalifeMemberProfileDto {
  const { gender, address, ...attributes } = member.attributes;
  return {
    Id: member.number,
    RelationReference: member.reference,
    FullName: member.full_name,
    Email: member.email,
    MobileNumber: member.phone_number,
    DOB: member.date_of_birth,
    Gender: textOf(gender),
    Address: textOf(address),
    Status: STATUS_NUMBERS[member.status],
    IsAccountActivated: member.status !== 'inactive',
    TierName: standing.tierName,
    TotalPoints: points,
    EnrollmentDate: member.created_at,
    ActivatedDate: standing.activatedAt?.toISOString() ?? null,
    LastLoggedIn: member.signed_in_at,
    IsAccrualAllowed: mayDo(member.status, 'earn'),
    CustomerSegment: standing.segments.length > 0 ? standing.segments.join(',') : null,
    Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
  };
}

export const showDetails = (member: Member, { standing, points }: Beside): LoyalifeMemberDetailsDto => ({
  Id: member.number,
  FullName: member.full_name,
  Email: member.email,
  RelationReference: member.reference,
  TierName: standing.tierName,
  TotalPoints: points,
});

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
