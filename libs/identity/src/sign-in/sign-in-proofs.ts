import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { EmailVerified } from '../passcodes/passcode.acts.js';
import { OtpAttemptsExceeded, OtpExpired, OtpInvalid } from '../passcodes/passcode.errors.js';
import { Passcodes, subjectOf, userOf, type RightPasscode } from '../passcodes/passcodes.js';
import { Passwords } from '../passwords/passwords.js';

/** A mailed code of the purpose `login`, and the challenge that it answers. */
export interface PasscodeProof {
  readonly challengeId: string;
  readonly code: string;
}

/** What a person signs in with: one or the other. */
export type SignInProof = { readonly password: string } | PasscodeProof;

/** Whom somebody claims to be. */
export interface Claimant {
  /** The address as typed, in lower case, whether or not there is such an account. */
  readonly email: string;
  readonly account?: { readonly id: string; readonly password_hash: string; readonly status: string };
  /** Whether there is a tenant or the platform to go to. */
  readonly hasPlace: boolean;
}

/** What became of a proof. */
export interface CheckedProof {
  readonly right: boolean;
  /** The password's hash as it is made now, when the stored one is weaker. */
  readonly strongerHash?: string;
  /** The code that was right; it is used up by `use`. */
  readonly passcode?: RightPasscode;
}

/** All that can be wrong with a code; who signs in hears none of it, so that no answer tells a wrong code from a wrong account (AUT-03). */
const REFUSALS: ReadonlySet<string> = new Set([OtpInvalid, OtpExpired, OtpAttemptsExceeded].map(({ code }) => code));

/** Checks what people sign in with, with the same work whether or not there is such a person. */
@Injectable()
export class SignInProofs {
  constructor(
    private readonly passwords: Passwords,
    private readonly passcodes: Passcodes,
  ) {}

  /** One check of a slow hash: call it outside any transaction. */
  async checkPassword({ account, hasPlace }: Claimant, password: string): Promise<CheckedProof> {
    const verified = await this.passwords.verify(account?.password_hash, password);
    const right = verified && account?.status === 'active' && hasPlace;
    if (!right || !this.passwords.isWeaker(account.password_hash)) return { right };
    return { right, strongerHash: await this.passwords.hash(password) };
  }

  /**
   * Checks a mailed code, in a transaction of its own: wrong ones count against the challenge whatever becomes of the sign-in.
   * @param isOfUse false where a role requires a second factor, for which a mailbox is none: the code is wrong then (AUT-07)
   */
  async checkPasscode(ctx: PlatformContext, { email, account, hasPlace }: Claimant, proof: PasscodeProof, isOfUse: boolean) {
    const subject = isOfUse && account?.status === 'active' ? subjectOf(account.id) : this.passcodes.nobody(email);
    const guess = { purpose: 'login', subject, ...proof } as const;
    const passcode = await this.passcodes.check(ctx, guess).catch((error: unknown) => {
      if (REFUSALS.has((error as Error).name)) return undefined;
      throw error;
    });
    const right = passcode !== undefined && userOf(passcode.subject) !== undefined && hasPlace;
    return (right ? { right, passcode } : { right }) satisfies CheckedProof;
  }

  /** Uses a code up, and notes that the address it went to is its person's. Throws `otp_invalid` when another request was faster. */
  async use(tx: WriteTx, passcode: RightPasscode): Promise<void> {
    await this.passcodes.redeem(tx, passcode);
    const userId = userOf(passcode.subject);
    const proved = await tx.query(
      'update user_account set email_verified_at = now() where id = $1 and email_verified_at is null returning 1',
      [userId],
    );
    if (proved.length === 0) return;
    await this.passcodes.forget(tx, passcode.subject, ['verify_email', 'verify_email_link']);
    tx.audit(EmailVerified, { target: { type: 'user', id: userId! } });
  }
}
