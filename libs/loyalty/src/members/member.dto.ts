import { Choice, Day, Email, FreeForm, Integer, ListOf, Moment, Nested, Phone, Text, Uuid, ValidationFailed } from '@tallystick/platform';
import { RELATION_KINDS, type RelationKind } from '../relations/relation.js';
import { WalletDto } from '../wallets/wallet.dto.js';
import type { NewMember } from './create-member.operation.js';
import type { MemberLookup } from './find-members.query.js';
import { MEMBER_STATUSES, SETTABLE_STATUSES, type MemberStatus } from './member-status.policy.js';
import type { Profile } from './profile-sealer.js';
import type { MemberChanges } from './update-member.operation.js';

class ProfileDto {
  @Text({ optional: true, nullable: true, max: 200, example: 'Asha Rao' })
  full_name?: string | null;

  @Email({ optional: true, nullable: true })
  email?: string | null;

  @Phone({ optional: true, nullable: true })
  phone_number?: string | null;

  @Day({ optional: true, nullable: true, example: '1990-04-23' })
  date_of_birth?: string | null;

  @FreeForm({
    optional: true,
    description:
      "The tenant's own attributes, by the code of their definition; on an update they are merged, null removes one. What no definition " +
      'names is kept as it is, as personal.',
    example: { segment: 'gold' },
  })
  attributes?: Record<string, unknown>;

  static read({ full_name, email, phone_number, date_of_birth, attributes }: ProfileDto): Profile {
    return { full_name, email, phone_number, date_of_birth, attributes };
  }
}

export class CreateMemberDto extends ProfileDto {
  @Text({ max: 200, description: "The tenant's own id of the member, unique.", example: 'CUST-1001' })
  reference: string;

  @Choice(['active', 'inactive'], { optional: true, description: 'Active when left out.', example: 'active' })
  status?: 'active' | 'inactive';

  static toInput(dto: CreateMemberDto): NewMember {
    return { reference: dto.reference, profile: ProfileDto.read(dto), status: dto.status };
  }
}

export class UpdateMemberDto extends ProfileDto {
  @Choice(SETTABLE_STATUSES, {
    optional: true,
    description:
      'Suspended, blocked and cancelled members neither earn nor spend, inactive ones earn, and who is `login_blocked` may do all but ' +
      'sign in. A cancelled member is made active or inactive before anything else; a closed one stays closed.',
    example: 'suspended',
  })
  status?: MemberStatus;

  static toChanges(dto: UpdateMemberDto): MemberChanges {
    return { status: dto.status, profile: ProfileDto.read(dto) };
  }
}

/** What a unique attribute of the member holds. */
class AttributeLookupDto {
  @Text({ max: 64, example: 'pan' })
  code: string;

  @Text({ max: 500, description: 'A number is written as text here.', example: 'ABCPD1234F' })
  value: string;
}

class RelationLookupDto {
  @Choice(RELATION_KINDS, { optional: true, description: 'Any kind when left out.', example: 'account' })
  kind?: RelationKind;

  @Text({ max: 200, example: '50100012345678' })
  value: string;
}

/** By what a member is looked for: exactly one of these. In the body, for an address of the API is written down in many places. */
export class MemberSearchDto {
  @Integer({ optional: true, min: 1, max: Number.MAX_SAFE_INTEGER, example: 10_000_042 })
  number?: number;

  @Email({ optional: true })
  email?: string;

  @Phone({ optional: true })
  phone_number?: string;

  @Nested(() => AttributeLookupDto, { optional: true })
  attribute?: AttributeLookupDto;

  @Nested(() => RelationLookupDto, { optional: true })
  relation?: RelationLookupDto;

  /** Throws `validation_error` unless exactly one is given. */
  static toLookup(dto: MemberSearchDto): MemberLookup {
    if (Object.values(dto).filter((value) => value !== undefined).length !== 1)
      throw ValidationFailed.with({ errors: { non_field_errors: ['Name exactly one thing to look for.'] } });
    return dto;
  }
}

/** A member with their wallets; who may not see who they are sees it masked. */
export class MemberDto {
  @Uuid()
  id: string;

  @Integer({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Short enough to be said aloud; unique, not without gaps.',
    example: 10_000_042,
  })
  number: number;

  @Text({ max: 200, example: 'CUST-1001' })
  reference: string;

  @Choice(MEMBER_STATUSES, { example: 'active' })
  status: string;

  @Text({ nullable: true, max: 200, example: 'Asha Rao' })
  full_name: string | null;

  @Email({ nullable: true })
  email: string | null;

  @Text({ nullable: true, max: 16, example: '+919800000001' })
  phone_number: string | null;

  @Day({ nullable: true, example: '1990-04-23' })
  date_of_birth: string | null;

  @FreeForm({ example: { segment: 'gold' } })
  attributes: Record<string, unknown>;

  @Uuid({ nullable: true, description: 'Who goes on for a merged member.', example: null })
  merged_into: string | null;

  @Moment({ nullable: true, description: 'When they last got a token to act for themselves.', example: null })
  signed_in_at: string | null;

  @ListOf(() => WalletDto, { max: 1_000 })
  wallets: WalletDto[];

  @Moment()
  created_at: string;
}
