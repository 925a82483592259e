import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Keyring } from '../crypto/keyring.js';
import { FileTooLarge, type FilePlace, type FileStore, type Received } from './file-store.js';

/** Plain bytes in each piece of a file that came on a stream, so that where a byte lies can be computed. */
const PIECE = 64 * 1024;
const LENGTH_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What a piece has besides what it says: its length, its nonce and its tag. */
const AROUND = LENGTH_BYTES + NONCE_BYTES + TAG_BYTES;
/** No piece is longer than this; whatever says so was changed. */
const LONGEST_PIECE = 256 * 1024 * 1024;

/** The key of one file, or of some that belong together: who destroys it has destroyed them, wherever copies of them are. */
export interface FileKey {
  readonly bytes: Buffer;
  /** As it is kept beside the record of the file: sealed by the keyring. */
  readonly sealed: string;
}

/**
 * Files that lie encrypted (AES-256-GCM), piece by piece: what is written or read is never held as a whole. A piece belongs to its file and to
 * its place in it, so that none can be moved, left out in the middle or put in twice; where a file ends, its record says.
 */
export class SealedFiles {
  constructor(
    private readonly files: FileStore,
    private readonly keyring: Keyring,
  ) {}

  /** A new key. `owner` names the record that keeps it: in another, it does not open. */
  makeKey(owner: string): FileKey {
    const bytes = randomBytes(32);
    return { bytes, sealed: this.keyring.encrypt(bytes, `file-key/${owner}`) };
  }

  openKey(owner: string, sealed: string): FileKey {
    return { bytes: this.keyring.decrypt(sealed, `file-key/${owner}`), sealed };
  }

  /** Writes a stream as it comes, the whole of it or nothing; size and checksum are those of the plain bytes. @throws FileTooLarge */
  async receive(place: FilePlace, name: string, key: FileKey, stream: Readable, maxBytes: number): Promise<Received> {
    const hash = createHash('sha256');
    let bytes = 0;
    async function* sealed(): AsyncGenerator<Buffer> {
      const piece = Buffer.allocUnsafe(PIECE);
      let filled = 0;
      let at = 0;
      for await (const part of stream as AsyncIterable<Buffer>) {
        bytes += part.length;
        if (bytes > maxBytes) throw new FileTooLarge(`more than ${maxBytes} bytes`);
        hash.update(part);
        for (let taken = 0; taken < part.length;) {
          const copied = part.copy(piece, filled, taken);
          [taken, filled] = [taken + copied, filled + copied];
          if (filled < PIECE) break;
          yield sealPiece(key, name, at, piece);
          [at, filled] = [at + PIECE + AROUND, 0];
        }
      }
      if (filled > 0) yield sealPiece(key, name, at, piece.subarray(0, filled));
    }
    await this.files.receive(place, name, Readable.from(sealed(), { objectMode: false }), Number.MAX_SAFE_INTEGER);
    return { bytes, sha256: hash.digest('hex') };
  }

  /** A stream of the plain bytes of a file that was received, which has `bytes` of them, from `start` on; undefined when it is not there. */
  async received(place: FilePlace, name: string, key: FileKey, { bytes, start }: { bytes: number; start: number }) {
    const first = Math.floor(start / PIECE);
    const end = bytes + Math.ceil(bytes / PIECE) * AROUND;
    const pieces = await this.pieces(place, name, key, { start: first * (PIECE + AROUND), end });
    return pieces && startingAt(pieces, start - first * PIECE);
  }

  /** Writes one more piece at the end of what is sure; whatever lies after `end` is dropped. Answers where the file ends then. */
  extend(place: FilePlace, name: string, key: FileKey, end: number, bytes: Buffer): Promise<number> {
    return bytes.length === 0 ? Promise.resolve(end) : this.files.extend(place, name, end, sealPiece(key, name, end, bytes));
  }

  /** The plain bytes of a file that grew piece by piece, up to `end`, in the pieces that were written; undefined when it is not there. */
  async pieces(
    place: FilePlace,
    name: string,
    key: FileKey,
    { start = 0, end }: { start?: number; end: number },
  ): Promise<AsyncGenerator<Buffer> | undefined> {
    if (end <= start) return undefined;
    const stream = await this.files.stream(place, name, { start, end });
    return stream && openPieces(stream as AsyncIterable<Buffer>, key, name, start, end);
  }

  /**
   * Writes each piece up to `end` anew, as long as it was: a reader has the one file or the other, and the marks in it stay true. `change`
   * answers the piece itself where nothing is to be changed; a file in which that is so of every piece is not written.
   */
  async rewrite(
    place: FilePlace,
    name: string,
    key: FileKey,
    end: number,
    change: (piece: Buffer, isFirst: boolean) => Buffer,
  ): Promise<void> {
    if (!(await changes(await this.pieces(place, name, key, { end }), change))) return;
    const pieces = (await this.pieces(place, name, key, { end }))!;
    async function* changed(plain: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
      let at = 0;
      for await (const piece of plain) {
        const after = change(piece, at === 0);
        if (after.length !== piece.length) throw new Error('a piece of a file has another length than before');
        yield sealPiece(key, name, at, after);
        at += after.length + AROUND;
      }
    }
    await this.files.receive(place, name, Readable.from(changed(pieces), { objectMode: false }), Number.MAX_SAFE_INTEGER);
  }
}

async function changes(pieces: AsyncGenerator<Buffer> | undefined, change: (piece: Buffer, isFirst: boolean) => Buffer): Promise<boolean> {
  let isFirst = true;
  for await (const piece of pieces ?? []) {
    if (change(piece, isFirst) !== piece) return true;
    isFirst = false;
  }
  return false;
}

const placed = (name: string, at: number): Buffer => Buffer.from(`${name}@${at}`);

function sealPiece(key: FileKey, name: string, at: number, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(placed(name, at));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(plain.length);
  return Buffer.concat([length, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openPiece(key: FileKey, name: string, at: number, sealed: Buffer): Buffer {
  const nonce = sealed.subarray(LENGTH_BYTES, LENGTH_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
    .setAAD(placed(name, at))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(LENGTH_BYTES + NONCE_BYTES, -TAG_BYTES));
  decipher.final();
  return plain;
}

async function* openPieces(stream: AsyncIterable<Buffer>, key: FileKey, name: string, start: number, end: number): AsyncGenerator<Buffer> {
  let at = start;
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    held.push(part);
    bytes += part.length;
    for (;;) {
      const wanted = bytes < LENGTH_BYTES ? LENGTH_BYTES : lengthOf(held) + AROUND;
      if (bytes < wanted) break;
      const whole: Buffer = held.length === 1 ? held[0]! : Buffer.concat(held);
      yield openPiece(key, name, at, whole.subarray(0, wanted));
      at += wanted;
      bytes -= wanted;
      held = bytes > 0 ? [whole.subarray(wanted)] : [];
    }
  }
  if (at !== end) throw new Error('a sealed file is cut off');
}

function lengthOf(held: Buffer[]): number {
  if (held[0]!.length < LENGTH_BYTES) held.splice(0, held.length, Buffer.concat(held));
  const length = held[0]!.readUInt32BE(0);
  if (length === 0 || length > LONGEST_PIECE) throw new Error('a piece of a sealed file has no such length');
  return length;
}

async function* startingAt(pieces: AsyncGenerator<Buffer>, skipped: number): AsyncGenerator<Buffer> {
  let left = skipped;
  for await (const piece of pieces) {
    if (left < piece.length) yield left > 0 ? piece.subarray(left) : piece;
    left = Math.max(0, left - piece.length);
  }
}
