import { Injectable } from '@nestjs/common';
import { OtpAttemptsExceeded, OtpExpired, OtpInvalid } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import {
  FindMembers,
  OtpRequired,
  OtpTypeMismatch,
  ownMember,
  VerifyMemberPasscode,
  type CONFIRMATIONS,
  type MemberRef,
} from '@tallystick/loyalty';
import { Text, UnitOfWork, type WriteTx } from '@tallystick/platform';

/** What is wrong with a code, or with its lack. */
export const CODE_ERRORS = [OtpRequired, OtpInvalid, OtpExpired, OtpAttemptsExceeded, OtpTypeMismatch];

/** A code that confirms what it is sent with. */
export const ConfirmingCode = (type: Confirmation, whose = 'member'): PropertyDecorator =>
  Text({
    optional: true,
    max: 10,
    pattern: /^[0-9]{4,10}$/,
    hint: 'a code of digits',
    description:
      `The code that the ${whose} was mailed under the type \`${type}\` (\`POST /members/{id}/otp/request\`, or ` +
      '`POST /member-auth/me/otp/request`): checked when it is given, and used up by what it confirms. The program says from how many points on one is needed.',
    example: '042137',
  });

type Confirmation = (typeof CONFIRMATIONS)[keyof typeof CONFIRMATIONS];

/** Checks codes by which members confirm what they spend. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: FindMembers,
    private readonly passcodes: VerifyMemberPasscode,
  ) {}

  /** Tries a code; what it answers uses the code up, in the transaction of what is confirmed. Throws `not_found` for no such member. */
  async tried(ctx: TenantContext, { id, reference }: MemberRef, otpType: Confirmation, code: string): Promise<UseUp> {
    const member = await this.unitOfWork.read(ctx, (tx) =>
      id === undefined ? this.members.byReference(tx, reference as string) : this.members.byId(tx, id),
    );
    // A member learns nothing of others, and wears out nobody else's code.
    ownMember(ctx, member.id);
    return this.passcodes.tried(ctx, { memberId: member.id, otpType, code });
  }
}

type UseUp = (tx: WriteTx<TenantContext>) => Promise<void>;
