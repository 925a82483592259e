import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../prepare.mjs';

const READY_SECONDS = 90;
const DRAIN_SECONDS = 25;
/** An app that ends this often in a row without having been ready stays down, and all with it. */
const FAILED_STARTS = 5;

/** Runs the apps, each in a process group of its own so that Ctrl-C reaches only us, and starts again what dies. */
export function supervise(apps, { settings, say, giveUp, note }) {
  const processes = new Map();
  const readyOnce = new Set();
  const failedStarts = new Map();
  let stopping = false;
  mkdirSync(path.join(settings.dataDir, 'logs'), { recursive: true });
  const logFile = (name) => path.join(settings.dataDir, 'logs', `${name}.log`);

  const launch = (app, fresh) => {
    const log = openSync(logFile(app.name), fresh ? 'w' : 'a');
    const args = ['--import', path.join(import.meta.dirname, 'end-with-parent.mjs'), path.join(root, `dist/apps/${app.name}/src/main.js`)];
    const child = spawn(process.execPath, args, { cwd: root, env: app.env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
    closeSync(log);
    processes.set(app.name, child);
    note({ apps: [...processes.values()].map(({ pid }) => pid) });
    child.once('exit', (code, signal) => {
      if (stopping) return;
      if (!readyOnce.has(app.name))
        return giveUp(`the ${app.name} ended while starting (${code ?? signal})\n${lastLines(logFile(app.name))}`);
      const failures = (failedStarts.get(app.name) ?? -1) + 1;
      failedStarts.set(app.name, failures);
      if (failures >= FAILED_STARTS) return giveUp(`the ${app.name} keeps ending; see ${logFile(app.name)}`);
      say(`the ${app.name} ended unexpectedly (${code ?? signal}): starting it again`);
      setTimeout(() => stopping || launch(app, false), failures * 1000);
    });
    if (!fresh) void becomeReady(app, child);
  };

  const becomeReady = async ({ name, port }, child = processes.get(name)) => {
    const lives = () => child.exitCode === null && child.signalCode === null;
    for (const deadline = Date.now() + READY_SECONDS * 1000; Date.now() < deadline && !stopping && lives(); await sleep(100)) {
      const answer = await fetch(`http://${settings.reach}:${port}/api/v1/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(
        () => undefined,
      );
      if (answer?.ok && lives()) {
        failedStarts.delete(name);
        return readyOnce.add(name);
      }
    }
    if (readyOnce.has(name)) return;
    throw new Error(`the ${name} was not ready after ${READY_SECONDS} seconds\n${lastLines(logFile(name))}`);
  };
  for (const app of apps) launch(app, true);

  const kill = (signal) => {
    for (const child of processes.values()) child.kill(signal);
  };
  return {
    /** Waits until all answer that they are ready. */
    ready: () => Promise.all(apps.map((app) => becomeReady(app))),
    /** Lets them finish what they are doing, and ends what does not. */
    stop: async () => {
      stopping = true;
      const living = () => [...processes.values()].filter((child) => child.exitCode === null && child.signalCode === null);
      kill('SIGTERM');
      for (const deadline = Date.now() + DRAIN_SECONDS * 1000; living().length > 0 && Date.now() < deadline;) await sleep(20);
      kill('SIGKILL');
      while (living().length > 0) await sleep(20);
    },
    kill: () => kill('SIGKILL'),
  };
}

function lastLines(file) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  } catch {
    return '';
  }
}
