import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '../../..');
const READY_SECONDS = 60;

/** An app in a process of its own, on a port of the loopback interface. */
export interface AppProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Requests are counted as they are in production, but never as many that one is refused. */
const BEYOND_REACH = { RATE_LIMIT_ADDRESS: '100000000/60', RATE_LIMIT_CLIENT: '100000000/60', RATE_LIMIT_TOKEN: '1000000/60' };

/** Starts a built entry point as `npm start` would, its log in a file, and waits until it says that it is ready. It ends with this process. */
export async function startApp(entry: string, port: number, logFile: string, environment: Record<string, string>): Promise<AppProcess> {
  const log = openSync(logFile, 'w');
  const child = spawn(
    process.execPath,
    ['--import', path.join(root, 'scripts/start/end-with-parent.mjs'), path.join(root, 'dist', entry)],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'development', HOST: '127.0.0.1', PUBLIC_API_PORT: String(port), ...BEYOND_REACH, ...environment },
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + READY_SECONDS * 1_000; Date.now() < deadline && child.exitCode === null; await sleep(50)) {
    const answer = await fetch(`${url}/api/v1/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return { url, stop };
  }
  await stop();
  throw new Error(`${entry} did not become ready:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
}
