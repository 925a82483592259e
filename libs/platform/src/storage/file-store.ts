import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { isUuid } from '@tallystick/kernel';

const AREA = /^[a-z][a-z-]{0,30}$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,100}\.[a-z0-9]{1,5}$/;

/** Where a file belongs: a tenant, what it is for, and its name there. */
export interface FilePlace {
  readonly tenantId: string;
  /** What it is for, as `branding`. */
  readonly area: string;
}

/** What came in on a stream. */
export interface Received {
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** More came in than was allowed. */
export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge';
}

/**
 * Files of tenants, in `<dataDir>/files/<tenant>/<area>/<name>` (TEN-08). All apps of an installation share the folder. Names are made by us,
 * never by callers: anything else is a fault of ours and throws, so that no name leads out of the folder.
 */
export class FileStore {
  private readonly root: string;

  constructor(dataDir: string) {
    this.root = path.join(dataDir, 'files');
  }

  /** Writes a whole file or none: a reader sees no half of it, also after a crash. The same name again replaces it. */
  async write(place: FilePlace, name: string, bytes: Uint8Array): Promise<void> {
    await this.draft(place, name, (file) => file.writeFile(bytes));
  }

  /**
   * Writes a stream as it comes, holding none of it in memory: the whole of it or nothing.
   * @throws FileTooLarge beyond `maxBytes`, or the stream's own error
   */
  async receive(place: FilePlace, name: string, stream: Readable, maxBytes: number): Promise<Received> {
    const hash = createHash('sha256');
    let bytes = 0;
    await this.draft(place, name, async (file) => {
      for await (const part of stream as AsyncIterable<Buffer>) {
        bytes += part.length;
        if (bytes > maxBytes) throw new FileTooLarge(`more than ${maxBytes} bytes`);
        hash.update(part);
        await file.writeFile(part);
      }
    });
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Writes at the end of what is sure: whatever lies after `offset` is dropped first, so that the same again comes to the same. */
  async extend(place: FilePlace, name: string, offset: number, bytes: Uint8Array): Promise<number> {
    const target = this.fileOf(place, name);
    await mkdir(path.dirname(target), { recursive: true });
    const file = await open(target, offset === 0 ? 'w' : 'r+', 0o640);
    try {
      if (offset > 0) await file.truncate(offset);
      for (let written = 0; written < bytes.length;)
        written += (await file.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
      await file.sync();
    } finally {
      await file.close();
    }
    return offset + bytes.length;
  }

  /** A stream of a file from byte `start` on, up to `end` when given, or undefined when there is none of that name. */
  async stream(place: FilePlace, name: string, { start = 0, end }: { start?: number; end?: number } = {}): Promise<Readable | undefined> {
    const file = await unlessMissing(open(this.fileOf(place, name)));
    if (!file) return undefined;
    return file.createReadStream({ start, ...(end !== undefined && { end: Math.max(end - 1, 0) }), highWaterMark: 256 * 1024 });
  }

  /** Removes a file, if it is there. */
  async remove(place: FilePlace, name: string): Promise<void> {
    await rm(this.fileOf(place, name), { force: true });
  }

  /** The bytes of a file, or undefined when there is none of that name. */
  async read(place: FilePlace, name: string): Promise<Buffer | undefined> {
    return unlessMissing(readFile(this.fileOf(place, name)));
  }

  /** Removes all files of a place but those named. */
  async keepOnly(place: FilePlace, names: readonly string[]): Promise<void> {
    const folder = this.folderOf(place);
    const found = (await unlessMissing(readdir(folder))) ?? [];
    await Promise.all(found.filter((name) => !names.includes(name)).map((name) => rm(path.join(folder, name), { force: true })));
  }

  private async draft(place: FilePlace, name: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
    const target = this.fileOf(place, name);
    await mkdir(path.dirname(target), { recursive: true });
    const draft = path.join(path.dirname(target), `.${randomUUID()}`);
    try {
      const file = await open(draft, 'wx', 0o640);
      try {
        await fill(file);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  private folderOf({ tenantId, area }: FilePlace): string {
    if (!isUuid(tenantId) || !AREA.test(area)) throw new Error('no such place for files');
    return path.join(this.root, tenantId.toLowerCase(), area);
  }

  private fileOf(place: FilePlace, name: string): string {
    if (!NAME.test(name)) throw new Error('no such name for a file');
    return path.join(this.folderOf(place), name);
  }
}

const unlessMissing = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
