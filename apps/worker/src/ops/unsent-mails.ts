import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, mailFolder, type Config } from '@tallystick/platform';

/** A mail that lies in a file for want of a mail server. */
export interface UnsentMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sent_at: string;
}

/** The newest ones that are shown. */
const MOST = 50;

/** The folder is made with the first mail. */
const none = (error: NodeJS.ErrnoException): string[] => {
  if (error.code === 'ENOENT') return [];
  throw error;
};

/** The mails in the data directory, for those who try the platform out. */
@Injectable()
export class UnsentMails {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** The newest first; undefined where mails are sent. */
  async list(): Promise<UnsentMail[] | undefined> {
    if (this.config.smtpUrl) return undefined;
    const folder = mailFolder(this.config);
    const files = (await readdir(folder).catch(none)).filter((file) => /^[\w-]+\.json$/.test(file));
    const dated = await Promise.all(files.map(async (file) => ({ file, at: (await stat(path.join(folder, file))).mtimeMs })));
    const newest = dated.sort((a, b) => b.at - a.at || (a.file < b.file ? 1 : -1)).slice(0, MOST);
    return Promise.all(newest.map(async ({ file }) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as UnsentMail));
  }
}
