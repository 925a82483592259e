import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isUuid } from '@tallystick/kernel';

const AREA = /^[a-z][a-z-]{0,30}$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,100}\.[a-z0-9]{1,5}$/;

/** Where a file belongs: a tenant, what it is for, and its name there. */
export interface FilePlace {
  readonly tenantId: string;
  /** What it is for, as `branding`. */
  readonly area: string;
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
    const target = this.fileOf(place, name);
    await mkdir(path.dirname(target), { recursive: true });
    const draft = path.join(path.dirname(target), `.${randomUUID()}`);
    try {
      const file = await open(draft, 'wx', 0o640);
      try {
        await file.writeFile(bytes);
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
