import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId } from '@tallystick/kernel';
import { FileStore, type FilePlace } from '@tallystick/platform';

let folder: string;
let files: FileStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-files-'));
  files = new FileStore(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const place = (): FilePlace => ({ tenantId: newId(), area: 'branding' });

describe('files of tenants', () => {
  it('are written whole, read by tenant and name, and replaced', async () => {
    const [one, two] = [place(), place()];
    await files.write(one, 'a.png', Buffer.from('first'));
    await files.write(one, 'a.png', Buffer.from('second'));
    expect((await files.read(one, 'a.png'))?.toString()).toBe('second');
    expect(await files.read(two, 'a.png')).toBeUndefined();
    expect(await files.read({ ...one, area: 'documents' }, 'a.png')).toBeUndefined();
    expect(await readdir(path.join(folder, 'files', one.tenantId, 'branding'))).toEqual(['a.png']);
  });

  it('are one of those sent when many write the same name at once', async () => {
    const where = place();
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => files.write(where, 'a.png', Buffer.from(text))));
    expect(texts).toContain((await files.read(where, 'a.png'))?.toString());
  });

  it('are removed but for those named', async () => {
    const [one, two] = [place(), place()];
    for (const name of ['a.png', 'b.png', 'c.png']) await files.write(one, name, Buffer.from(name));
    await files.write(two, 'a.png', Buffer.from('other'));
    await files.keepOnly(one, ['b.png']);
    expect([await files.read(one, 'a.png'), await files.read(one, 'c.png')]).toEqual([undefined, undefined]);
    expect([await files.read(one, 'b.png'), await files.read(two, 'a.png')]).toEqual([expect.any(Buffer), expect.any(Buffer)]);
    await files.keepOnly(place(), []);
  });

  it.each(['../a.png', 'a', '.a.png', 'a/b.png', 'A.png', 'a.png\0', '', 'a..png'])('have no name like %j', async (name) => {
    await expect(files.read(place(), name)).rejects.toThrow('no such name');
    await expect(files.write(place(), name, Buffer.alloc(1))).rejects.toThrow('no such name');
  });

  it.each(['..', '', 'x', '*'])('have no tenant like %j', async (tenantId) => {
    await expect(files.read({ tenantId, area: 'branding' }, 'a.png')).rejects.toThrow('no such place');
  });
});
