import { Injectable } from '@nestjs/common';
import { Passcodes } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { OtpTypeMismatch } from './member-auth.errors.js';
import { memberOtpSubject, type MemberPasscode } from './request-member-passcode.operation.js';

/** Verifies a code that a member was sent, once. Opens its transactions itself, for wrong tries are counted whatever becomes of the rest. */
@Injectable()
export class VerifyMemberPasscode {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passcodes: Passcodes,
  ) {}

  /** Throws `otp_invalid`, `otp_expired`, `otp_attempts_exceeded`, and `otp_type_mismatch` where only a code for something else is out. */
  async execute(ctx: TenantContext, { code, ...passcode }: MemberPasscode & { readonly code: string }): Promise<void> {
    const subject = memberOtpSubject(ctx.tenantId, passcode);
    if (await this.isForAnother(ctx, subject, passcode)) throw OtpTypeMismatch.with();
    const right = await this.passcodes.check(ctx, { purpose: 'member_otp', subject, binding: passcode.otpType, code });
    await this.unitOfWork.run(ctx, (tx) => this.passcodes.redeem(tx, right));
  }

  private isForAnother(ctx: TenantContext, subject: string, { memberId }: MemberPasscode): Promise<boolean> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const [found] = await tx.query<{ own: boolean; others: boolean }>(
        `select coalesce(bool_or(subject = $1), false) as own, coalesce(bool_or(subject <> $1), false) as others
         from passcode_challenge where purpose = 'member_otp' and subject like $2 and used_at is null and expires_at > now()`,
        [subject, `${memberOtpSubject(ctx.tenantId, { memberId, otpType: '' })}%`],
      );
      return found!.others && !found!.own;
    });
  }
}
