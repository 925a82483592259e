import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { provenContext } from '../passcodes/anonymous-context.js';
import { OtpInvalid } from '../passcodes/passcode.errors.js';
import { readLinkToken } from '../passcodes/passcode.policy.js';
import { Passcodes, subjectOf, userOf, type RightPasscode } from '../passcodes/passcodes.js';
import { SignInFailures } from '../sign-in/sign-in-failures.js';
import { PasswordReset } from './password.acts.js';
import { FindPasswordHolder } from './password-holder.query.js';
import { refuseWeakPassword } from './password.policy.js';
import { Passwords } from './passwords.js';
import { ReplacePassword } from './replace-password.js';

/** What proves that the account is somebody's: the token of a link, with or without the person's id, or a mailed code. */
export type ResetProof = { readonly token: string; readonly userId?: string } | { readonly challengeId: string; readonly code: string };

/**
 * Gives a person the password that they choose after a mail has reached them. All their sessions end and a lock after wrong passwords is
 * lifted; nobody is signed in, and a second factor is asked for as ever (AUT-11, AUT-07).
 * Throws `otp_invalid`, `otp_expired`, `otp_attempts_exceeded`; `validation_error` for a weak password, which does not use the proof up.
 *
 * Opens its transactions itself: a wrong code is counted although the request is refused, and no connection waits for a slow hash.
 */
@Injectable()
export class ResetPassword {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passcodes: Passcodes,
    private readonly findHolder: FindPasswordHolder,
    private readonly passwords: Passwords,
    private readonly failures: SignInFailures,
    private readonly replacePassword: ReplacePassword,
  ) {}

  async execute(ctx: PlatformContext, proof: ResetProof, newPassword: string): Promise<void> {
    const right = await this.check(ctx, proof);
    const userId = userOf(right.subject);
    if (!userId) throw OtpInvalid.with();
    const own = provenContext(ctx, userId);
    const holder = await this.unitOfWork.read(own, (tx) => this.findHolder.find(tx, userId));
    if (!holder) throw OtpInvalid.with();
    refuseWeakPassword(newPassword, holder);
    const newHash = await this.passwords.hash(newPassword);
    await this.unitOfWork.platform(own, async (tx) => {
      await this.passcodes.redeem(tx, right);
      await this.replacePassword.execute(tx, { ...holder, userId, newHash, act: PasswordReset });
      await this.failures.forgive(tx, holder.email);
      // Whoever got the mail has the address.
      await tx.query('update user_account set email_verified_at = coalesce(email_verified_at, now()) where id = $1', [userId]);
    });
  }

  private check(ctx: PlatformContext, proof: ResetProof): Promise<RightPasscode> {
    if ('challengeId' in proof) return this.passcodes.check(ctx, { purpose: 'password_reset', ...proof });
    const named = readLinkToken(proof.token);
    if (!named) throw OtpInvalid.with();
    const subject = proof.userId === undefined ? undefined : subjectOf(proof.userId);
    return this.passcodes.check(ctx, { purpose: 'password_reset_link', ...named, subject });
  }
}
