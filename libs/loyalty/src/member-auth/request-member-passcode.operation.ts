import { Injectable } from '@nestjs/common';
import { Passcodes, type IssuedPasscode } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type ReadTx, type WriteTx } from '@tallystick/platform';
import { MEMBER_WORDS, type MemberStatus } from '../members/member-status.policy.js';
import { PROFILE_COLUMNS, ProfileSealer, WITH_PROFILE, type StoredProfile } from '../members/profile-sealer.js';

/** What a code is for, in the tenant's own words: a code for one thing confirms nothing else. */
export interface MemberPasscode {
  readonly memberId: string;
  /** Up to 64 capitals, digits and _, as the dialects name it. */
  readonly otpType: string;
}

/** Names a member and what they confirm to the passcodes. */
export const memberOtpSubject = (tenantId: string, { memberId, otpType }: MemberPasscode): string =>
  `member/${tenantId}/${memberId}/${otpType}`;

/** To whom codes go: also to who comes in by one for the first time, or again. */
const REACHED: readonly MemberStatus[] = ['active', 'inactive', 'login_blocked'];

/** Mails a member a one-time code for what their tenant's system wants confirmed. */
@Injectable()
export class RequestMemberPasscode {
  constructor(
    private readonly passcodes: Passcodes,
    private readonly sealer: ProfileSealer,
  ) {}

  /** Throws `not_found`, `invalid_state` for a status that gets no codes and for who has no e-mail address, `throttled` for one too soon. */
  async execute(tx: WriteTx<TenantContext>, passcode: MemberPasscode): Promise<IssuedPasscode> {
    const destination = await this.addressOf(tx, passcode.memberId);
    const subject = memberOtpSubject(tx.ctx.tenantId, passcode);
    return this.passcodes.issue(tx, { purpose: 'member_otp', subject, destination, sealDestination: true, binding: passcode.otpType });
  }

  private async addressOf(tx: ReadTx<TenantContext>, memberId: string): Promise<string> {
    const [row] = await tx.query<StoredProfile & { status: MemberStatus }>(
      `select m.status, ${PROFILE_COLUMNS} from member m ${WITH_PROFILE} where m.tenant_id = $1 and m.id = $2`,
      [tx.ctx.tenantId, memberId],
    );
    if (!row) throw NotFound.with();
    if (!REACHED.includes(row.status))
      throw InvalidState.with({ errors: { member: [`The member is ${MEMBER_WORDS[row.status]}.`], member_status: [row.status] } });
    const { email } = this.sealer.open(tx.ctx.tenantId, memberId, row);
    if (!email) throw InvalidState.with({ errors: { email: ['The member has no e-mail address, and codes go by mail.'] } });
    return email;
  }
}
