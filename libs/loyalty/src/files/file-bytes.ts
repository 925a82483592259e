import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { FileStore, SealedFiles, type FileKey, type FilePlace, type Received } from '@tallystick/platform';
import { blackedOut, type BlackOut } from './black-out.policy.js';
import { DELIMITERS } from './file-format.policy.js';
import { LARGEST_FILE, type FileRow } from './file-import.js';
import { ERROR_COLUMNS } from './file-header.policy.js';
import { KEY_COLUMN } from './file-outputs.js';

/** What goes back of a file: a line for each row, and the rejected rows as they came. */
export type FileOutput = 'result' | 'rejected';

/** A file whose bytes were taken, and the key that opens them. */
export interface TakenFile {
  readonly received: Received;
  readonly sealedKey: string;
}

type Kept = Pick<FileRow, 'id' | 'sealedKey'>;

const NAMES = {
  input: (id: string) => `${id}.csv`,
  result: (id: string) => `${id}-result.csv`,
  rejected: (id: string) => `${id}-rejected.csv`,
};
const OUTPUTS: readonly FileOutput[] = ['result', 'rejected'];

/**
 * The bytes of files of rows, and of the two that go back for each: sealed with a key of the file's own, which its record keeps. Files from
 * before lie as they came, and are worked off and read so.
 */
@Injectable()
export class FileBytes {
  constructor(
    private readonly store: FileStore,
    private readonly sealed: SealedFiles,
  ) {}

  /** Takes a file in as it comes. @throws FileTooLarge */
  async take(tenantId: string, id: string, stream: Readable): Promise<TakenFile> {
    const key = this.sealed.makeKey(ownerOf(tenantId, id));
    return {
      received: await this.sealed.receive(placeOf(tenantId), NAMES.input(id), key, stream, LARGEST_FILE),
      sealedKey: key.sealed,
    };
  }

  /** What came in, from a byte on. */
  async input(tenantId: string, file: Kept & Pick<FileRow, 'size'>, start = 0): Promise<AsyncIterable<Buffer>> {
    const [place, name, key] = [placeOf(tenantId), NAMES.input(file.id), this.keyOf(tenantId, file)];
    if (key && start >= Number(file.size)) return Readable.from([]);
    const bytes = key
      ? await this.sealed.received(place, name, key, { bytes: Number(file.size), start })
      : ((await this.store.stream(place, name, { start })) as AsyncIterable<Buffer> | undefined);
    if (!bytes) throw new Error('the bytes of a file are gone');
    return bytes;
  }

  /** What goes back, up to the mark of the last chunk, whatever a worker is writing; undefined when there is nothing yet, or no more. */
  async output(tenantId: string, file: FileRow, which: FileOutput): Promise<Readable | undefined> {
    const [place, name, key, end] = [placeOf(tenantId), NAMES[which](file.id), this.keyOf(tenantId, file), markOf(file, which)];
    if (end === 0 || file.removedAt !== null) return undefined;
    if (!key) return this.store.stream(place, name, { end });
    const pieces = await this.sealed.pieces(place, name, key, { end });
    return pieces && Readable.from(pieces, { objectMode: false });
  }

  /** Writes on what goes back, from a mark on; answers the next mark. */
  extend(tenantId: string, file: Kept, which: FileOutput, mark: number, text: string): Promise<number> {
    const [place, name, key, bytes] = [placeOf(tenantId), NAMES[which](file.id), this.keyOf(tenantId, file), Buffer.from(text)];
    return key ? this.sealed.extend(place, name, key, mark, bytes) : this.store.extend(place, name, mark, bytes);
  }

  /** Blacks out who is erased in what goes back, each line as long as it was. Only of a sealed file; nothing else may write to it meanwhile. */
  async blackOut(tenantId: string, file: FileRow, references: ReadonlySet<string>): Promise<void> {
    const key = this.keyOf(tenantId, file);
    if (!key) throw new Error('a file that is not sealed cannot be blacked out');
    const delimiter = DELIMITERS[file.format.delimiter];
    const wanted: Readonly<Record<FileOutput, BlackOut>> = {
      result: { delimiter, references, from: KEY_COLUMN, to: KEY_COLUMN + 1 },
      rejected: { delimiter, references, from: 0, to: -ERROR_COLUMNS.length },
    };
    for (const which of OUTPUTS)
      await this.sealed.rewrite(placeOf(tenantId), NAMES[which](file.id), key, markOf(file, which), (piece, isFirst) =>
        blackedOut(piece, wanted[which], isFirst),
      );
  }

  /** Removes what came in. */
  removeInput(tenantId: string, id: string): Promise<void> {
    return this.store.remove(placeOf(tenantId), NAMES.input(id));
  }

  /** Removes all that there is of a file. */
  async remove(tenantId: string, id: string): Promise<void> {
    for (const name of Object.values(NAMES)) await this.store.remove(placeOf(tenantId), name(id));
  }

  private keyOf(tenantId: string, { id, sealedKey }: Kept): FileKey | undefined {
    return sealedKey === null ? undefined : this.sealed.openKey(ownerOf(tenantId, id), sealedKey);
  }
}

const placeOf = (tenantId: string): FilePlace => ({ tenantId, area: 'imports' });
const ownerOf = (tenantId: string, id: string): string => `file_import/${tenantId}/${id}`;
const markOf = (file: FileRow, which: FileOutput): number => Number(which === 'result' ? file.resultBytes : file.rejectedBytes);
