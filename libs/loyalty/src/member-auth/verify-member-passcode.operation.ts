import { Injectable } from '@nestjs/common';
import { Passcodes, type RightPasscode } from '@tallystick/identity';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { UnitOfWork, type WriteTx } from '@tallystick/platform';
import { OtpTypeMismatch } from './member-auth.errors.js';
import { memberOtpSubject, type MemberPasscode } from './request-member-passcode.operation.js';

/** A code that a member gives. */
export type GivenPasscode = MemberPasscode & { readonly code: string };

/** Verifies a code that a member was sent, once. Opens its transactions itself, for wrong tries are counted whatever becomes of the rest. */
@Injectable()
export class VerifyMemberPasscode {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passcodes: Passcodes,
  ) {}

  /** Throws `otp_invalid`, `otp_expired`, `otp_attempts_exceeded`, and `otp_type_mismatch` where only a code for something else is out. */
  async execute(ctx: TenantContext, guess: GivenPasscode): Promise<void> {
    const right = await this.check(ctx, guess);
    await this.unitOfWork.run(ctx, (tx) => this.passcodes.redeem(tx, right));
  }

  /**
   * The same for what the code confirms, in two steps: tried before its transaction, and used up in it, so not when that is refused. What is
   * wrong with the code is said by the second step, which a repeat under an idempotency key does not come to.
   */
  async tried(ctx: TenantContext, guess: GivenPasscode): Promise<(tx: WriteTx<TenantContext>) => Promise<void>> {
    const right = await this.check(ctx, guess).catch((error: unknown) => {
      if (error instanceof DomainError) return error;
      throw error;
    });
    return async (tx) => {
      if (right instanceof DomainError) throw right;
      await this.passcodes.redeem(tx, right);
    };
  }

  private async check(ctx: TenantContext, { code, ...passcode }: GivenPasscode): Promise<RightPasscode> {
    const subject = memberOtpSubject(ctx.tenantId, passcode);
    if (await this.isForAnother(ctx, subject, passcode)) throw OtpTypeMismatch.with();
    return this.passcodes.check(ctx, { purpose: 'member_otp', subject, binding: passcode.otpType, code });
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
