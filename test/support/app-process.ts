import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppName } from '@tallystick/platform';
import { WITHOUT_LIMITS } from './http-app.js';

/** An app in a process of its own, built as it is deployed. */
export interface AppProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
  /** The lines that it has logged so far. */
  readonly log: Record<string, unknown>[];
  /** Its exit code, once it has gone. */
  readonly gone: Promise<number | null>;
}

/** A port that nobody uses at the moment, with the one of its figures. */
export async function freePort(): Promise<number> {
  const listen = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const server = createServer().once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => {
        const taken = (server.address() as AddressInfo).port;
        server.close(() => resolve(taken));
      });
    });
  for (;;) {
    const port = await listen(0);
    if (port && port + 1_000 <= 65_535 && (await listen(port + 1_000))) return port;
  }
}

const PORT_OF: Readonly<Record<AppName, string>> = {
  'public-api': 'PUBLIC_API_PORT',
  'admin-api': 'ADMIN_API_PORT',
  worker: 'WORKER_PORT',
};

/** Starts the built app; `npm test` has built it. */
export async function spawnApp(app: AppName, environment: Record<string, string>, port?: number): Promise<AppProcess> {
  const main = `dist/apps/${app}/src/main.js`;
  if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build first`);
  const listening = port ?? (await freePort());
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', [PORT_OF[app]]: String(listening), ...WITHOUT_LIMITS, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const log: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop()!;
    log.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
  });
  // Its 'close' never comes once the channel to it was closed on purpose.
  const ended = Promise.all([once(child, 'exit'), once(child.stdout!, 'end')]);
  const gone = ended.then(([[code]]) => code as number | null);
  return { child, port: listening, url: `http://127.0.0.1:${listening}`, log, gone };
}

/** Waits until the app says that it is ready. */
export async function untilReady({ url, child }: AppProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${url}/api/v1/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (child.exitCode !== null) throw new Error(`the app ended with ${child.exitCode}`);
    await sleep(100);
  }
  throw new Error('the app was not ready in 30 seconds');
}
