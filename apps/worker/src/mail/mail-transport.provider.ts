import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, openMailTransport, type Config, type MailTransport } from '@tallystick/platform';

/** Injects the `MailTransport` of the process. */
export const MAIL_TRANSPORT = Symbol('mail transport');

/** Opens where mails leave when the worker starts. */
export const mailTransport = { provide: MAIL_TRANSPORT, inject: [CONFIG], useFactory: (config: Config) => openMailTransport(config) };

/** Closes the connections to the mail server when the worker has stopped. */
@Injectable()
export class MailLifetime implements OnApplicationShutdown {
  constructor(@Inject(MAIL_TRANSPORT) private readonly transport: MailTransport) {}

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
