import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { newId } from '@tallystick/kernel';
import {
  AddSubRelation,
  BnsRows,
  CancelFile,
  CpdRows,
  CrdRows,
  DeliverResults,
  DropSightings,
  ErasedMembers,
  FileBytes,
  FindAttributeDefinitions,
  FindFileDrops,
  FindFiles,
  ForgetErased,
  MemberKeys,
  ParkedRefunds,
  PollFileDrop,
  ProcessFiles,
  ReceiveFile,
  RecordRefused,
  RowKinds,
  SaveFileDrop,
  TxnRows,
  WorkChunk,
  type FileRow,
  type NewFile,
} from '@tallystick/loyalty';
import { FileStore, Keyring, OutgoingSftp, SealedFiles } from '@tallystick/platform';
import { parse } from 'csv-parse/sync';
import type { LoyaltyFixture } from './loyalty.js';

/** What a line of a result file says. */
export type ResultLine = Readonly<Record<'line' | 'key' | 'status' | 'points' | 'transaction_id' | 'code' | 'column' | 'reason', string>>;

/** The room of files, wired by hand on a store of its own. */
export interface FilesFixture {
  readonly store: FileStore;
  readonly bytes: FileBytes;
  readonly workChunk: WorkChunk;
  /** A worker with nothing in its memory. */
  worker(workChunk?: WorkChunk): ProcessFiles;
  /** What looks into drops, also on this machine. */
  poller(): PollFileDrop;
  readonly saveDrop: SaveFileDrop;
  readonly findDrops: FindFileDrops;
  readonly sftp: OutgoingSftp;
  readonly keyring: Keyring;
  readonly erased: ErasedMembers;
  /** What the worker does once somebody is erased. */
  readonly forget: ForgetErased;
  /** Takes a file as an upload does. */
  receive(content: string | Buffer, given?: Partial<NewFile>): Promise<FileRow>;
  /** Takes a file, works it off, and answers it. */
  work(content: string | Buffer, given?: Partial<NewFile>): Promise<FileRow>;
  find(id: string): Promise<FileRow>;
  cancel(id: string): Promise<FileRow>;
  result(file: Pick<FileRow, 'id'>): Promise<ResultLine[]>;
  rejected(file: Pick<FileRow, 'id'>): Promise<string>;
  close(): Promise<void>;
}

export async function filesFixture({ uow, ctx, room }: LoyaltyFixture): Promise<FilesFixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tallystick-imports-'));
  const store = new FileStore(folder);
  const keyring = new Keyring([Buffer.alloc(32, 7)]);
  const bytes = new FileBytes(store, new SealedFiles(store, keyring));
  const parked = new ParkedRefunds();
  const kinds = new RowKinds(
    new TxnRows(room.postPoints, parked),
    new CpdRows(room.createMember, room.updateMember, new FindAttributeDefinitions()),
    new BnsRows(room.postPoints, parked),
    new CrdRows(new AddSubRelation(new MemberKeys(keyring)), new ErasedMembers(new MemberKeys(keyring))),
  );
  const [receiveFile, cancelFile, findFiles, workChunk] = [
    new ReceiveFile(),
    new CancelFile(bytes, kinds),
    new FindFiles(bytes),
    new WorkChunk(bytes),
  ];
  const output = async (id: string, which: 'result' | 'rejected'): Promise<string> => {
    const file = await uow.read(ctx, (tx) => findFiles.byId(tx, id));
    return (await (await findFiles.output(ctx, file, which)).toArray()).join('');
  };
  const sftp = new OutgoingSftp((address) => address === '127.0.0.1');
  const erased = new ErasedMembers(new MemberKeys(keyring));
  const [saveDrop, findDrops] = [new SaveFileDrop(keyring), new FindFileDrops()];
  let names = 0;
  const fixture: FilesFixture = {
    store,
    bytes,
    workChunk,
    saveDrop,
    findDrops,
    sftp,
    keyring,
    erased,
    forget: new ForgetErased(uow, keyring, bytes),
    poller: () =>
      new PollFileDrop(
        uow,
        sftp,
        bytes,
        keyring,
        receiveFile,
        new RecordRefused(),
        new DropSightings(uow),
        new DeliverResults(uow, findFiles),
        kinds,
      ),
    worker: (work = workChunk) => new ProcessFiles(uow, bytes, kinds, work),
    async receive(content, given = {}) {
      const id = newId();
      const taken = await bytes.take(ctx.tenantId, id, Readable.from([Buffer.from(content as string)]));
      return uow.run(ctx, (tx) => receiveFile.execute(tx, { id, type: 'TXN', name: `file-${names++}.csv`, ...taken, ...given }));
    },
    async work(content, given) {
      const { id } = await fixture.receive(content, given);
      await fixture.worker().run(ctx);
      return fixture.find(id);
    },
    find: (id) => uow.read(ctx, (tx) => findFiles.byId(tx, id)),
    cancel: (id) => uow.run(ctx, (tx) => cancelFile.execute(tx, id)),
    result: async ({ id }) => parse(await output(id, 'result'), { columns: true }) as unknown as ResultLine[],
    rejected: ({ id }) => output(id, 'rejected'),
    close: () => rm(folder, { recursive: true }),
  };
  return fixture;
}
