import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/config.js';
import type { RenderedMail } from './render-mail.js';

/** A mail on its way. */
export interface MailMessage extends RenderedMail {
  /** Of the job: the same mail has the same one however often it is tried. */
  readonly id: string;
  readonly to: string;
  /** Whom it comes from, in place of the name that the installation has; its address stays. */
  readonly fromName?: string | null;
}

/** The mail server has refused a mail for good: to try again is no use. Says nothing of whom it was for. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

/** Where mails leave. */
export interface MailTransport {
  /** Throws `MailRefused` when the mail will never be taken, another error when it may be later. */
  send(message: MailMessage): Promise<void>;
  close(): void;
}

/** The mail server of the configuration; without one, files in the data directory. */
export async function openMailTransport(config: Config): Promise<MailTransport> {
  return config.smtpUrl ? openSmtp(config, config.smtpUrl) : openFolder(config);
}

/** The folder of mails that were not sent, for want of a mail server. */
export const mailFolder = ({ dataDir }: Pick<Config, 'dataDir'>): string => path.join(dataDir, 'mail');

async function openSmtp(config: Config, smtpUrl: string): Promise<MailTransport> {
  const { createTransport } = (await import('nodemailer')).default;
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const transport = createTransport({
    pool: true,
    maxConnections: 3,
    host: url.hostname,
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    requireTLS: config.environment === 'production' && !isLoopback(url.hostname),
    ...(url.username && { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(message) {
      await transport.sendMail(composed(config, message)).catch((error: unknown) => {
        throw asMailError(error);
      });
    },
    close: () => transport.close(),
  };
}

const isLoopback = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host);

/** What the server said may repeat the address, so its code alone is told. */
function asMailError(error: unknown): Error {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const refused = responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  if (refused) return new MailRefused(`the mail server refuses this mail with ${responseCode}`);
  return new Error(`the mail server does not take the mail now: ${[code, responseCode].filter(Boolean).join(' ') || 'no answer'}`);
}

async function openFolder(config: Config): Promise<MailTransport> {
  const { createTransport } = (await import('nodemailer')).default;
  const transport = createTransport({ streamTransport: true, buffer: true, disableFileAccess: true, disableUrlAccess: true });
  const folder = mailFolder(config);
  const write = async (name: string, content: string | Buffer): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = path.join(folder, `.${name}`);
    await writeFile(draft, content, { mode: 0o600 });
    await rename(draft, path.join(folder, name));
  };
  return {
    async send(message) {
      const { message: text } = await transport.sendMail(composed(config, message));
      await write(`${message.id}.eml`, text as Buffer);
      const { id, to, subject, text: body } = message;
      await write(`${id}.json`, JSON.stringify({ id, to, subject, text: body, sent_at: new Date().toISOString() }));
    },
    close: () => undefined,
  };
}

/** The address is given as an address, never as text to be read: what looks like a second one in it stays part of the first. */
const composed = ({ mailFrom }: Config, { id, to, fromName, subject, text, html }: MailMessage) => ({
  from: fromName ? { name: fromName, address: addressOf(mailFrom) } : mailFrom,
  to: { name: '', address: to },
  subject,
  text,
  html,
  messageId: `<${id}@${mailFrom.replace(/^.*@|>$/g, '')}>`,
  headers: { 'Auto-Submitted': 'auto-generated' },
});

/** The address alone of one that may have a name before it. */
const addressOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
