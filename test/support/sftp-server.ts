import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2, { type Attributes, type Connection, type FileEntry, type PublicKeyAuthContext, type SFTPWrapper } from 'ssh2';

const { Server, utils } = ssh2;
const { STATUS_CODE, OPEN_MODE } = utils.sftp;

/** An SFTP server in the process of the test, with a folder of this machine below it. */
export interface SftpServer {
  readonly port: number;
  /** The folder that callers see as `/`. */
  readonly root: string;
  /** As `ssh-keygen -lf` prints it. */
  readonly hostKey: string;
  /** How many have tried to sign in: a caller who does not know the server never does. */
  readonly signIns: () => number;
  /** Breaks a download off after so many bytes. */
  cutAfter(bytes: number | undefined): void;
  /** Goes on with another host key under the same port. */
  changeHostKey(): Promise<string>;
  close(): Promise<void>;
}

export const SFTP_USER = { username: 'loyalty', password: 'correct horse' };

export async function startSftpServer({ port: wanted = 0, publicKey }: { port?: number; publicKey?: string } = {}): Promise<SftpServer> {
  const root = await mkdtemp(path.join(tmpdir(), 'tallystick-sftp-'));
  const state = { signIns: 0, cutAfter: undefined as number | undefined };
  const connections = new Set<Connection>();
  let running = await listen(wanted);
  const hostKey = { now: running.hostKey };

  async function listen(port: number) {
    const key = utils.generateKeyPairSync('ecdsa', { bits: 256 }); // Its Ed25519 keys are malformed three times in a thousand.
    const server = new Server({ hostKeys: [key.private] }, (connection) => {
      connections.add(connection);
      connection.on('close', () => connections.delete(connection)).on('error', () => undefined);
      connection.on('authentication', (context) => {
        if (context.method === 'none') return context.reject(['password', 'publickey']);
        state.signIns++;
        const byPassword = context.method === 'password' && context.password === SFTP_USER.password;
        const byKey = context.method === 'publickey' && publicKey !== undefined && isSignedBy(publicKey, context);
        if (context.username === SFTP_USER.username && (byPassword || byKey)) context.accept();
        else context.reject();
      });
      connection.on('session', (accept) => accept().on('sftp', (acceptSftp) => serve(acceptSftp(), root, state)));
    });
    const door = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
    await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
    const blob = (utils.parseKey(key.public) as ssh2.ParsedKey).getPublicSSH();
    return { door, hostKey: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}` };
  }
  const stop = (): Promise<void> => {
    for (const connection of connections) connection.end();
    return new Promise((resolve) => running.door.close(() => resolve()));
  };
  const { port } = running.door.address() as AddressInfo;
  return {
    port,
    root,
    get hostKey() {
      return hostKey.now;
    },
    signIns: () => state.signIns,
    cutAfter: (bytes) => void (state.cutAfter = bytes),
    async changeHostKey() {
      await stop();
      running = await listen(port);
      return (hostKey.now = running.hostKey);
    },
    async close() {
      await stop();
      await rm(root, { recursive: true });
    },
  };
}

/** Whether a caller has the private key: they name the public one first, and sign in the next message. */
function isSignedBy(publicKey: string, { key, blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
  const known = utils.parseKey(publicKey) as ssh2.ParsedKey;
  if (!known.getPublicSSH().equals(key.data)) return false;
  return signature === undefined || (blob !== undefined && known.verify(blob, signature, hashAlgo) === true);
}

type Folder = { entries: FileEntry[] | undefined };

/** Answers what a client of SFTP 3 asks for, from the folder. */
function serve(sftp: SFTPWrapper, root: string, state: { cutAfter: number | undefined }): void {
  const handles = new Map<number, FileHandle | Folder>();
  let next = 0;
  const local = (name: string): string => path.join(root, path.posix.resolve('/', name));
  const give = (request: number, opened: FileHandle | Folder): void => {
    handles.set(++next, opened);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(next);
    sftp.handle(request, handle);
  };
  const held = (handle: Buffer) => handles.get(handle.readUInt32BE()) as FileHandle & Folder;
  const answering = (request: number, work: Promise<unknown>): void =>
    void work.catch((error: NodeJS.ErrnoException) =>
      sftp.status(request, error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE, error.code ?? error.message),
    );
  const done = (request: number) => (): void => sftp.status(request, STATUS_CODE.OK);
  const stat = async (request: number, name: string): Promise<void> => sftp.attrs(request, await attributes(local(name)));

  sftp.on('REALPATH', (request, name) => {
    const filename = path.posix.resolve('/', name);
    sftp.name(request, [{ filename, longname: filename, attrs: {} as Attributes }]);
  });
  sftp.on('STAT', (request, name) => answering(request, stat(request, name)));
  sftp.on('LSTAT', (request, name) => answering(request, stat(request, name)));
  sftp.on('OPENDIR', (request, name) => {
    const list = async (): Promise<void> => {
      const names = await readdir(local(name));
      const entries = await Promise.all(
        names.map(async (filename): Promise<FileEntry> => {
          const attrs = await attributes(path.join(local(name), filename));
          const kind = (attrs.mode & constants.S_IFMT) === constants.S_IFDIR ? 'd' : '-';
          return { filename, longname: `${kind}rw-r--r-- 1 u g ${attrs.size} Jan 1 00:00 ${filename}`, attrs };
        }),
      );
      give(request, { entries });
    };
    answering(request, list());
  });
  sftp.on('READDIR', (request, handle) => {
    const folder = held(handle);
    if (folder.entries) sftp.name(request, folder.entries);
    else sftp.status(request, STATUS_CODE.EOF);
    folder.entries = undefined;
  });
  sftp.on('OPEN', (request, name, flags) => {
    const mode = flags & OPEN_MODE.WRITE ? 'w' : 'r';
    answering(
      request,
      open(local(name), mode).then((file) => give(request, file)),
    );
  });
  sftp.on('FSTAT', (request, handle) =>
    answering(
      request,
      held(handle)
        .stat()
        .then(({ size, mode }) => sftp.attrs(request, { size, mode } as Attributes)),
    ),
  );
  sftp.on('READ', (request, handle, offset, length) => {
    if (state.cutAfter !== undefined && offset + length > state.cutAfter) return sftp.status(request, STATUS_CODE.CONNECTION_LOST, 'cut');
    const read = async (): Promise<void> => {
      const { bytesRead, buffer } = await held(handle).read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead === 0) sftp.status(request, STATUS_CODE.EOF);
      else sftp.data(request, buffer.subarray(0, bytesRead));
    };
    answering(request, read());
  });
  sftp.on('WRITE', (request, handle, offset, data) =>
    answering(request, held(handle).write(data, 0, data.length, offset).then(done(request))),
  );
  sftp.on('CLOSE', (request, handle) => {
    const opened = held(handle);
    handles.delete(handle.readUInt32BE());
    answering(request, Promise.resolve('close' in opened ? opened.close() : undefined).then(done(request)));
  });
  sftp.on('REMOVE', (request, name) => answering(request, rm(local(name)).then(done(request))));
  sftp.on('RENAME', (request, from, to) => {
    const move = async (): Promise<void> => {
      if (await lstat(local(to)).catch(() => undefined)) throw new Error('it is there already');
      await rename(local(from), local(to));
    };
    answering(request, move().then(done(request)));
  });
  sftp.on('MKDIR', (request, name) => answering(request, mkdir(local(name)).then(done(request))));
}

async function attributes(file: string): Promise<Attributes> {
  const { mode, size, uid, gid, atimeMs, mtimeMs } = await lstat(file);
  return { mode, size, uid, gid, atime: Math.floor(atimeMs / 1_000), mtime: Math.floor(mtimeMs / 1_000) };
}
