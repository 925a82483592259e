import { Injectable } from '@nestjs/common';
import { Keyring } from '../crypto/keyring.js';
import type { WriteTx } from '../persistence/transaction.js';
import { mailAad, sendMail, type MailOrder } from './mail.jobs.js';
import type { MailData, MailSecrets, MailTemplate } from './mail-contents.js';

/** A mail with its secrets in clear. */
export interface OutgoingMail<T extends MailTemplate> {
  /** Null for nobody: the same work is done, and no mail leaves. */
  readonly to: string | null;
  readonly template: T;
  readonly data: MailData<T>;
  readonly secrets: MailSecrets<T>;
}

/** Asks the worker for mails that let somebody in. What does it lies in no table in clear. */
@Injectable()
export class Mail {
  constructor(private readonly keyring: Keyring) {}

  send<T extends MailTemplate>(tx: WriteTx, { to, template, data, secrets }: OutgoingMail<T>): void {
    const sealed = this.keyring.encrypt(JSON.stringify(secrets), mailAad({ to, template }));
    tx.enqueue(sendMail, { to, template, data, sealed } as MailOrder);
  }

  /** All that fills the template of an order. */
  open({ to, template, data, sealed }: MailOrder): Readonly<Record<string, string | number>> {
    const secrets =
      sealed === undefined ? {} : (JSON.parse(this.keyring.decrypt(sealed, mailAad({ to, template })).toString('utf8')) as object);
    return { ...data, ...secrets };
  }
}
