import { defineJob } from '../registry/jobs.js';
import type { MailData, MailTemplate } from './mail-contents.js';
import { MAIL_TEMPLATES } from './mail-templates.js';

/**
 * A mail to be sent. `to` null is a mail to nobody, asked for so that a request does the same work whether or not an account exists: the
 * worker drops it, unless `sealed_to` holds an address that must not lie in clear. `sealed` holds the template's secrets, for the keyring under `mailAad`.
 */
export type MailOrder = {
  [T in MailTemplate]: { to: string | null; sealed_to?: string; template: T; data: MailData<T>; sealed?: string };
}[MailTemplate];

/** Sends a mail. For templates with secrets ask `Mail` instead, which seals them. */
export const sendMail = defineJob<MailOrder>({
  name: 'send-mail',
  summary: 'Makes a mail of its template and hands it to the mail server',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['to', 'template', 'data'],
    properties: {
      to: { type: ['string', 'null'], format: 'email' },
      template: { type: 'string', enum: Object.keys(MAIL_TEMPLATES) },
      data: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
      sealed: { type: 'string' },
      sealed_to: { type: 'string' },
    },
  },
  attempts: 12,
});

/** Names the sealed address of a mail to the keyring. */
export const addressAad = (template: string): string => `mail-to/${template}`;

/** Names the secrets of a mail to the keyring. */
export const mailAad = ({ to, template }: Pick<MailOrder, 'to' | 'template'>): string => `mail/${template}/${to ?? ''}`;
