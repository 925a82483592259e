import { Injectable } from '@nestjs/common';
import { Keyring } from '../crypto/keyring.js';
import type { WriteTx } from '../persistence/transaction.js';
import { addressAad, mailAad, sendMail, type MailOrder } from './mail.jobs.js';
import type { MailData, MailSecrets, MailTemplate } from './mail-contents.js';

/** A mail with its secrets in clear. */
export interface OutgoingMail<T extends MailTemplate> {
  /** Null for nobody: the same work is done, and no mail leaves. */
  readonly to: string | null;
  /** The address is sealed as well: it is somebody's who is known here by sealed data alone. */
  readonly sealAddress?: boolean;
  readonly template: T;
  readonly data: MailData<T>;
  readonly secrets: MailSecrets<T>;
}

/** Asks the worker for mails that let somebody in. What does it lies in no table in clear. */
@Injectable()
export class Mail {
  constructor(private readonly keyring: Keyring) {}

  send<T extends MailTemplate>(tx: WriteTx, { to: address, sealAddress, template, data, secrets }: OutgoingMail<T>): void {
    const to = sealAddress ? null : address;
    const sealed_to = sealAddress && address !== null ? { sealed_to: this.keyring.encrypt(address, addressAad(template)) } : {};
    const sealed = this.keyring.encrypt(JSON.stringify(secrets), mailAad({ to, template }));
    tx.enqueue(sendMail, { to, ...sealed_to, template, data, sealed } as MailOrder);
  }

  /** Where a mail goes; null for nobody. */
  addressOf({ to, sealed_to, template }: MailOrder): string | null {
    return sealed_to === undefined ? to : this.keyring.decrypt(sealed_to, addressAad(template)).toString('utf8');
  }

  /** All that fills the template of an order. */
  open({ to, template, data, sealed }: MailOrder): Readonly<Record<string, string | number>> {
    const secrets =
      sealed === undefined ? {} : (JSON.parse(this.keyring.decrypt(sealed, mailAad({ to, template })).toString('utf8')) as object);
    return { ...data, ...secrets };
  }
}
