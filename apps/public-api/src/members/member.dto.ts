import { MEMBER_STATUSES, SETTABLE_STATUSES, WalletDto, type MemberChanges, type MemberStatus, type Profile } from '@tallystick/loyalty';
import { Choice, Day, Email, FreeForm, Integer, ListOf, Moment, Phone, Text, Uuid } from '@tallystick/platform';

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
    description: "The tenant's own attributes; on an update they are merged, null removes one.",
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

  static toInput(dto: CreateMemberDto): { reference: string; profile: Profile } {
    return { reference: dto.reference, profile: ProfileDto.read(dto) };
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

/** A member with their wallets. */
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

  @Phone({ nullable: true })
  phone_number: string | null;

  @Day({ nullable: true, example: '1990-04-23' })
  date_of_birth: string | null;

  @FreeForm({ example: { segment: 'gold' } })
  attributes: Record<string, unknown>;

  @ListOf(() => WalletDto, { max: 1_000 })
  wallets: WalletDto[];

  @Moment()
  created_at: string;
}
