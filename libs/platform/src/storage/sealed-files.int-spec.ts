import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { newId } from '@tallystick/kernel';
import { FileStore, Keyring, SealedFiles, type FilePlace } from '@tallystick/platform';

let folder: string;
let files: SealedFiles;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-sealed-'));
  files = new SealedFiles(new FileStore(folder), new Keyring([Buffer.alloc(32, 7)]));
});
afterAll(() => rm(folder, { recursive: true }));

const place: FilePlace = { tenantId: newId(), area: 'imports' };
const at = (name: string): string => path.join(folder, 'files', place.tenantId, 'imports', name);
const gathered = async (pieces: AsyncIterable<Buffer> | undefined): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of pieces ?? []) parts.push(part);
  return Buffer.concat(parts);
};
const flip = async (name: string, offset: number): Promise<void> => {
  const bytes = await readFile(at(name));
  bytes[offset]! ^= 1;
  await writeFile(at(name), bytes);
};

describe('a file that comes on a stream', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 200_000])('of %d bytes is sealed as it comes, and read from any byte on', async (length) => {
    const [key, plain] = [files.makeKey('a'), randomBytes(length)];
    const parts = [plain.subarray(0, 10_000), plain.subarray(10_000, 10_001), plain.subarray(10_001)].filter((part) => part.length > 0);
    expect((await files.receive(place, 'in.csv', key, Readable.from(parts), 2 ** 30)).bytes).toBe(length);
    const stored = await readFile(at('in.csv'));
    if (length > 20) expect(stored.includes(plain.subarray(0, 20))).toBe(false);
    for (const start of [0, 1, 65_535, 65_536, 100_000].filter((start) => start < length))
      expect((await gathered(await files.received(place, 'in.csv', key, { bytes: length, start }))).equals(plain.subarray(start))).toBe(
        true,
      );
  });

  it('is refused beyond its size, and nothing of it stays', async () => {
    const stream = Readable.from([randomBytes(60_000), randomBytes(60_000)]);
    await expect(files.receive(place, 'large.csv', files.makeKey('a'), stream, 100_000)).rejects.toThrow('more than 100000 bytes');
    await expect(readFile(at('large.csv'))).rejects.toThrow('ENOENT');
  });
});

describe('a file that grows', () => {
  const grown = async (name: string, key = files.makeKey('a')) => {
    const first = await files.extend(place, name, key, 0, Buffer.from('one\n'));
    const end = await files.extend(place, name, key, first, Buffer.from('two\n'));
    return { key, first, end };
  };

  it('is read up to its mark, and written again from there', async () => {
    const { key, first, end } = await grown('out.csv');
    expect(String(await gathered(await files.pieces(place, 'out.csv', key, { end })))).toBe('one\ntwo\n');
    expect(String(await gathered(await files.pieces(place, 'out.csv', key, { end: first })))).toBe('one\n');
    const again = await files.extend(place, 'out.csv', key, first, Buffer.from('three\n'));
    expect(String(await gathered(await files.pieces(place, 'out.csv', key, { end: again })))).toBe('one\nthree\n');
    expect(await files.extend(place, 'out.csv', key, again, Buffer.alloc(0))).toBe(again);
  });

  it('is rewritten piece by piece, each as long as it was', async () => {
    const { key, end } = await grown('out.csv');
    await files.rewrite(place, 'out.csv', key, end, (piece) => Buffer.from(piece.toString().replace('two', '***')));
    expect(String(await gathered(await files.pieces(place, 'out.csv', key, { end })))).toBe('one\n***\n');
    const before = await readFile(at('out.csv'));
    await files.rewrite(place, 'out.csv', key, end, (piece) => piece);
    expect((await readFile(at('out.csv'))).equals(before)).toBe(true);
    await expect(files.rewrite(place, 'out.csv', key, end, () => Buffer.alloc(1))).rejects.toThrow('another length');
    expect(String(await gathered(await files.pieces(place, 'out.csv', key, { end })))).toBe('one\n***\n');
  });

  it('does not open when it was changed, cut, named otherwise or belongs to another key or record', async () => {
    const { key, first, end } = await grown('out.csv');
    const read = (name = 'out.csv', with_ = key) => files.pieces(place, name, with_, { end }).then(gathered);
    await expect(read('out.csv', files.makeKey('a'))).rejects.toThrow();
    await copyFile(at('out.csv'), at('other.csv'));
    await expect(read('other.csv')).rejects.toThrow();
    expect(() => files.openKey('b', key.sealed)).toThrow();
    expect(files.openKey('a', key.sealed).bytes.equals(key.bytes)).toBe(true);
    for (const offset of [0, 6, 20, first + 6, end - 1]) {
      await flip('out.csv', offset);
      await expect(read()).rejects.toThrow();
      await flip('out.csv', offset);
    }
    expect(String(await read())).toBe('one\ntwo\n');
    await truncate(at('out.csv'), first);
    await expect(read()).rejects.toThrow('cut off');
  });
});
