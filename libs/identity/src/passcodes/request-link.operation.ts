import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, Mail, Throttled, type Config, type WriteTx } from '@tallystick/platform';
import { FindPasscodeAccount } from './passcode-account.query.js';
import { linkToken, PASSCODE_PURPOSES } from './passcode.policy.js';
import { Passcodes, subjectOf } from './passcodes.js';

/** What links are mailed for. */
export type LinkPurpose = 'password_reset_link' | 'verify_email_link';

/**
 * Mails a link to an address, if it is of use there. Nothing tells: the work is the same, and one that is asked for too soon is not sent,
 * without a word. What the link proves stands behind its `#`, which browsers send to nobody (AUT-11).
 */
@Injectable()
export class RequestLink {
  constructor(
    private readonly passcodes: Passcodes,
    private readonly findAccount: FindPasscodeAccount,
    private readonly mail: Mail,
    @Inject(CONFIG) private readonly config: Pick<Config, 'consoleUrl'>,
  ) {}

  async execute(tx: WriteTx, { email, purpose }: { email: string; purpose: LinkPurpose }): Promise<void> {
    const destination = email.toLowerCase();
    const account = await this.findAccount.find(tx, destination, purpose);
    const opened = await this.passcodes
      .open(tx, { purpose, subject: account ? subjectOf(account.id) : null, destination })
      .catch((error: unknown) => {
        if ((error as Error).name === Throttled.code) return undefined;
        throw error;
      });
    if (!opened) return;
    const [to, name, { minutes }] = [account ? destination : null, account?.fullName ?? 'Nobody', PASSCODE_PURPOSES[purpose]];
    const link = (page: string): string => `${this.config.consoleUrl}/${page}#token=${linkToken(opened)}`;
    if (purpose === 'password_reset_link')
      this.mail.send(tx, { to, template: 'password-reset', data: { name, minutes }, secrets: { link: link('reset-password') } });
    else this.mail.send(tx, { to, template: 'verify-email', data: { name, hours: minutes / 60 }, secrets: { link: link('verify-email') } });
  }
}
