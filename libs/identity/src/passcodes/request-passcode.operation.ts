import { Injectable } from '@nestjs/common';
import type { WriteTx } from '@tallystick/platform';
import { FindPasscodeAccount } from './passcode-account.query.js';
import type { PasscodePurpose } from './passcode.policy.js';
import { Passcodes, subjectOf, type IssuedPasscode } from './passcodes.js';

/** Mails a one-time code to an address, if it is of use there; what is answered does not tell. Throws `throttled` for a second one too soon. */
@Injectable()
export class RequestPasscode {
  constructor(
    private readonly passcodes: Passcodes,
    private readonly findAccount: FindPasscodeAccount,
  ) {}

  async execute(tx: WriteTx, { email, purpose }: { email: string; purpose: PasscodePurpose }): Promise<IssuedPasscode> {
    const destination = email.toLowerCase();
    const account = await this.findAccount.find(tx, destination, purpose);
    return this.passcodes.issue(tx, { purpose, subject: account ? subjectOf(account.id) : null, destination });
  }
}
