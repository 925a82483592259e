import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { provenContext } from './anonymous-context.js';
import { EmailVerified } from './passcode.acts.js';
import { OtpInvalid } from './passcode.errors.js';
import { FindPasscodeAccount } from './passcode-account.query.js';
import { readLinkToken } from './passcode.policy.js';
import { Passcodes, subjectOf, userOf, type RightPasscode } from './passcodes.js';

/** What proves that an address is somebody's: the token of a link, or the code that was sent there. */
export type EmailProof = { readonly token: string } | { readonly email: string; readonly code: string };

/**
 * Notes that an e-mail address is its person's. Throws `otp_invalid`, `otp_expired`, `otp_attempts_exceeded`.
 * Opens its transactions itself: a wrong code is counted although the request is refused.
 */
@Injectable()
export class VerifyEmail {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passcodes: Passcodes,
    private readonly findAccount: FindPasscodeAccount,
  ) {}

  async execute(ctx: PlatformContext, proof: EmailProof): Promise<void> {
    const right = 'token' in proof ? await this.checkToken(ctx, proof.token) : await this.checkCode(ctx, proof);
    const userId = userOf(right.subject);
    if (!userId) throw OtpInvalid.with();
    await this.unitOfWork.platform(provenContext(ctx, userId), async (tx) => {
      await this.passcodes.redeem(tx, right);
      await this.passcodes.forget(tx, right.subject, ['verify_email', 'verify_email_link']);
      await tx.query('update user_account set email_verified_at = coalesce(email_verified_at, now()) where id = $1', [userId]);
      tx.audit(EmailVerified, { target: { type: 'user', id: userId } });
    });
  }

  private checkToken(ctx: PlatformContext, token: string): Promise<RightPasscode> {
    const named = readLinkToken(token);
    if (!named) throw OtpInvalid.with();
    return this.passcodes.check(ctx, { purpose: 'verify_email_link', ...named });
  }

  private async checkCode(ctx: PlatformContext, { email, code }: { email: string; code: string }): Promise<RightPasscode> {
    const destination = email.toLowerCase();
    const account = await this.unitOfWork.read(ctx, (tx) => this.findAccount.find(tx, destination, 'verify_email'));
    const subject = account ? subjectOf(account.id) : this.passcodes.nobody(destination);
    return this.passcodes.check(ctx, { purpose: 'verify_email', subject, code });
  }
}
