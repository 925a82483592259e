import { Injectable } from '@nestjs/common';
import { newId, type PlatformContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { Mfa } from '../mfa/mfa.js';
import { provenContext } from './anonymous-context.js';
import { FindPasscodeAccount } from './passcode-account.query.js';
import type { PasscodePurpose } from './passcode.policy.js';
import { Passcodes, subjectOf, type IssuedPasscode } from './passcodes.js';

/**
 * Mails a one-time code to an address, if it is of use there; what is answered does not tell. Throws `throttled` for a second one too soon.
 * Opens its transactions itself: what roles a person has is seen in one of their own, and the code is asked for by who knows nobody's name.
 */
@Injectable()
export class RequestPasscode {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passcodes: Passcodes,
    private readonly findAccount: FindPasscodeAccount,
    private readonly mfa: Mfa,
  ) {}

  async execute(ctx: PlatformContext, { email, purpose }: { email: string; purpose: PasscodePurpose }): Promise<IssuedPasscode> {
    const destination = email.toLowerCase();
    const account = await this.unitOfWork.read(ctx, (tx) => this.findAccount.find(tx, destination, purpose));
    const isRefused = purpose === 'login' && (await this.needsMoreThanMail(ctx, account?.id ?? newId()));
    const subject = account && !isRefused ? subjectOf(account.id) : null;
    return this.unitOfWork.platform(ctx, (tx) => this.passcodes.issue(tx, { purpose, subject, destination }));
  }

  /** A mailbox is no second factor: whoever has a role that requires one does not sign in by it (AUT-07). Asked about nobody as well. */
  private needsMoreThanMail(ctx: PlatformContext, userId: string): Promise<boolean> {
    return this.unitOfWork.read(provenContext(ctx, userId), (tx) => this.mfa.isRequiredAnywhere(tx, userId));
  }
}
