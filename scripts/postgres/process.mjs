// A PostgreSQL server as a process: which one a data directory has, how it ends, and that it does not outlive us.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alive } from '../lock.mjs';

const STOP_SECONDS = 20;

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
    server.once('error', ({ code, message }) => {
      if (code === 'EADDRINUSE') resolve(`port ${port} is in use by another program`);
      else if (code === 'EACCES') resolve(`you have no permission to listen on port ${port}`);
      else resolve(`nothing can listen on ${host}:${port} (${message})`);
    });
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });

/** What postmaster.pid says: pid, port and status ('ready' once connections are accepted, the line that pg_ctl waits for). */
export function postmaster(dir) {
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
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return (spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '').includes('postgres');
  }
}

async function gone(pid) {
  for (const deadline = Date.now() + STOP_SECONDS * 1000; Date.now() < deadline; await sleep(20)) if (!alive(pid)) return true;
  return false;
}

/** Ends a server: a fast shutdown, and an immediate one when that takes too long (the next start then recovers from the log). */
export async function end(pid) {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL']) {
    if (!alive(pid)) return;
    process.kill(pid, signal);
    if (await gone(pid)) return;
  }
}

/** The pid of the server that a killed run left, when it listens on `port`; another one is ended, a stale lock file removed. */
export async function leftover(dir, port) {
  const found = postmaster(dir);
  if (!found) return undefined;
  if (!isServer(found.pid)) {
    rmSync(path.join(dir, 'postmaster.pid'), { force: true });
    return undefined;
  }
  if (found.status === 'ready' && found.port === port) return found.pid;
  if (found.status !== 'stopping' || !(await gone(found.pid))) await end(found.pid);
  return undefined;
}

/** A tiny process that ends the server when this one has died without doing so, and then removes `folders`. Answers how to dismiss it. */
export function guard(pid, folders = []) {
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
  watcher.stdin.on('error', () => undefined);
  watcher.stdin.unref?.();
  // Before the pipe closes by itself: a dismissed guard must not signal a number that may be another's by then.
  return () => {
    try {
      process.kill(-watcher.pid, 'SIGKILL');
    } catch {
      // killed by somebody else, or never started
    }
  };
}

/** Calls `told` once, when a process that is not our child has ended. */
export function whenGone(pid, told) {
  const timer = setInterval(() => {
    if (alive(pid)) return;
    clearInterval(timer);
    told();
  }, 250);
  timer.unref();
}
