import type { Socket } from 'node:net';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type SftpClient from 'ssh2-sftp-client';
import { SftpFailure } from './sftp-failure.js';

/** What lies in a folder of an SFTP server. */
export interface SftpEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  readonly modifiedAt: Date;
}

/** A name that can be taken for what it says: no place elsewhere, nothing unprintable. */

const NAME = /^(?!\.{1,2}$)[^/\\\u0000-\u001f\u007f]{1,255}$/;
const KINDS: Readonly<Record<string, SftpEntry['kind']>> = { '-': 'file', d: 'folder' };

/** A connection to an SFTP server. Close it when done; it closes itself when its time is over. */
export class SftpSession {
  private readonly deadline: NodeJS.Timeout;

  constructor(
    private readonly client: SftpClient,
    private readonly socket: Socket,
    longestMs: number,
  ) {
    this.deadline = setTimeout(() => socket.destroy(), longestMs);
  }

  /** What lies in a folder, by name; undefined when there is no such folder. Links are neither files nor folders to us. */
  async list(folder: string): Promise<SftpEntry[] | undefined> {
    if ((await this.attempt(this.client.exists(folder))) === false) return undefined;
    const found = await this.attempt(this.client.list(folder));
    return found
      .filter(({ name }) => NAME.test(name))
      .map(({ name, type, size, modifyTime }) => ({ name, kind: KINDS[type] ?? 'other', size, modifiedAt: new Date(modifyTime) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** How large a file is at this moment. */
  async sizeOf(file: string): Promise<number> {
    return (await this.attempt(this.client.stat(file))).size;
  }

  /** Hands a file to `take` while it comes in. */
  async download<T>(file: string, take: (stream: Readable) => Promise<T>): Promise<T> {
    const stream = new PassThrough();
    const arriving = this.client.get(file, stream).catch((error: Error) => {
      stream.destroy(new SftpFailure('failed', 'The transfer broke off.'));
      throw error;
    });
    const [taken] = await Promise.all([take(stream), this.attempt(arriving)]);
    return taken;
  }

  /** Puts a file there, whole or not at all: whoever looks sees no half of it under its name. The same name again replaces it. */
  async upload(file: string, content: Readable | string): Promise<void> {
    await this.makeFolder(path.posix.dirname(file));
    await this.attempt(this.client.put(typeof content === 'string' ? Buffer.from(content) : content, `${file}.part`));
    await this.attempt(this.client.delete(file, true));
    await this.attempt(this.client.rename(`${file}.part`, file));
  }

  /** Moves a file; where one of that name lies already, under `otherwise`. */
  async move(file: string, to: string, otherwise: string): Promise<void> {
    await this.makeFolder(path.posix.dirname(to));
    const taken = (await this.attempt(this.client.exists(to))) !== false;
    await this.attempt(this.client.rename(file, taken ? otherwise : to));
  }

  /** Removes a file, if it is there. */
  async remove(file: string): Promise<void> {
    await this.attempt(this.client.delete(file, true));
  }

  async close(): Promise<void> {
    clearTimeout(this.deadline);
    await this.client.end().catch(() => undefined);
    this.socket.destroy();
  }

  private async makeFolder(folder: string): Promise<void> {
    if ((await this.attempt(this.client.exists(folder))) === false) await this.attempt(this.client.mkdir(folder, true));
  }

  private attempt<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: Error) => {
      throw error instanceof SftpFailure ? error : new SftpFailure('failed', `The server refuses this: ${error.message.slice(0, 200)}`);
    });
  }
}
