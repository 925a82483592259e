import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-start-'));
const dataDir = path.join(folder, 'data');
const script = path.resolve('scripts/start.mjs');
const PORTS = ['PUBLIC_API_PORT', 'ADMIN_API_PORT', 'WORKER_PORT', 'PG_PORT'] as const;
let environment: NodeJS.ProcessEnv;
const running = new Set<ChildProcess>();

const freePort = (): Promise<string> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(String(port)));
    });
  });
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const eventually = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 100_000; !(await condition()); await sleep(50))
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
};

interface Run {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Run {
  let text = '';
  const child = spawn(command, args, { env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  void ended.then(() => running.delete(child));
  return { child, output: () => text, ended };
}
const start = (env?: NodeJS.ProcessEnv): Run => run(process.execPath, [script], env);

async function ready(started: Run): Promise<Run> {
  await eventually('ready', () => {
    if (started.child.exitCode !== null) throw new Error(started.output());
    return started.output().includes('Ctrl-C stops everything');
  });
  return started;
}

/** The apps, the database and the one that started them. */
function processes(): number[] {
  const { pid, apps } = JSON.parse(readFileSync(path.join(dataDir, 'start.lock'), 'utf8')) as { pid: number; apps: number[] };
  return [pid, ...apps, Number(readFileSync(path.join(dataDir, 'pg/postmaster.pid'), 'utf8').split('\n')[0])];
}
const allGone = (pids: number[]): Promise<void> => eventually('no process is left', () => !pids.some(alive));

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const { NODE_OPTIONS: _, DATABASE_URL: __, REDIS_URL: ___, npm_lifecycle_event: ____, ...inherited } = process.env;
  environment = { ...inherited, NODE_ENV: 'development', TALLYSTICK_DATA_DIR: dataDir };
  for (const name of PORTS) environment[name] = await freePort();
});
afterEach(async () => {
  for (const child of running) child.kill('SIGTERM');
  await eventually('all runs ended', () => running.size === 0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

jest.setTimeout(300_000); // a busy machine starts a dozen processes slowly

describe('npm start', () => {
  it('runs everything, prints commands that work, brings back what dies, and leaves nothing behind', async () => {
    const first = await ready(start());
    const demo = JSON.parse(readFileSync(path.join(dataDir, 'demo.json'), 'utf8')) as Record<string, string>;
    expect(Object.keys(demo)).toEqual(
      expect.arrayContaining([
        ...['public_api_url', 'admin_api_url', 'worker_url', 'tenant_slug', 'client_id', 'client_secret'],
        ...['admin_username', 'admin_password', 'database_url', 'currency'],
        ...['super_admin_username', 'super_admin_password', 'super_admin_totp_secret'],
      ]),
    );
    for (const file of ['demo.json', 'secrets.json']) expect(statSync(path.join(dataDir, file)).mode & 0o777).toBe(0o600);
    for (const url of [demo.public_api_url, demo.admin_api_url, demo.worker_url])
      expect((await fetch(`${url}/api/v1/health/ready`)).status).toBe(200);

    // The demo is an approved institution, whose directory guests read.
    const reworth = await fetch(`${demo.public_api_url}/reworth/v1/auth`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: demo.client_id, secret: demo.client_secret }),
    });
    expect(await reworth.json()).toMatchObject({ success: true, data: { jwt: expect.any(String) } });
    expect((await fetch(`${demo.public_api_url}/reworth/v1/directory-v2?filters=&p=1`)).status).toBe(200);

    const lines = first
      .output()
      .split('\n')
      .filter((line) => /^(TOKEN=|curl )/.test(line));
    expect(lines).toHaveLength(3);
    const { stdout } = await promisify(execFile)('sh', ['-ec', lines.join('\n')]);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { data: Record<string, unknown> }).data);
    const [earned = {}, balance = {}] = answers;
    expect(earned).toMatchObject({ points: 1250, status: expect.any(String) });
    expect(balance.posted).toBe(earned.balance_after);

    const again = start();
    expect(await again.ended).toBe(1);
    expect(again.output()).toMatch(
      /Tallystick did not start: it already runs on .* \(process \d+\): stop that one, or set TALLYSTICK_DATA_DIR/,
    );
    const beside = start({ TALLYSTICK_DATA_DIR: path.join(folder, 'other') });
    expect(await beside.ended).toBe(1);
    for (const name of PORTS)
      expect(beside.output()).toContain(`port ${environment[name]} is in use by another program (set ${name} to another)`);

    const before = processes();
    process.kill(before[1] as number, 'SIGKILL');
    process.kill(before[4] as number, 'SIGKILL');
    await eventually('both are back', async () => {
      const answer = await fetch(`${demo.public_api_url}/api/v1/health/ready`).catch(() => undefined);
      return answer?.status === 200 && !before.slice(1, 2).includes(processes()[1] as number);
    });

    const pids = processes();
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(pids.filter(alive)).toEqual([]);
  });

  it('starts again on the same data and ends when the terminal is closed', async () => {
    const { child, ended } = await ready(start());
    const pids = processes();
    child.kill('SIGHUP');
    expect(await ended).toBe(0);
    expect(pids.filter(alive)).toEqual([]);
  });

  it('leaves nothing behind when it is killed, and starts again', async () => {
    const { child } = await ready(start());
    const pids = processes();
    child.kill('SIGKILL');
    await allGone(pids);
  });

  it('ends when npm is killed', async () => {
    const npm = await ready(run('sh', ['-c', `${process.execPath} ${script}; true`], { npm_lifecycle_event: 'start' }));
    const pids = processes();
    npm.child.kill('SIGKILL');
    await allGone(pids);
  });
});

describe('npm start that cannot start says why in one sentence', () => {
  it.each([
    ['a port that is none', { ADMIN_API_PORT: 'abc' }, 'ADMIN_API_PORT is "abc": expected a port number from 1 to 65535'],
    ['a port twice', { ADMIN_API_PORT: '4555', WORKER_PORT: '4555' }, 'ADMIN_API_PORT is 4555, and so is another port: give each its own'],
    ['production', { NODE_ENV: 'production' }, 'npm start runs a demo, which production refuses'],
    [
      'a setting of the wrong form',
      { LOG_LEVEL: 'loud' },
      '- LOG_LEVEL is "loud": expected fatal, error, warn, info, debug, trace or silent',
    ],
    [
      'a database that is away',
      { DATABASE_URL: 'postgres://owner:hunter2@127.0.0.1:1/x' },
      'Tallystick did not start: no PostgreSQL answers at 127.0.0.1:1 (ECONNREFUSED)',
    ],
    ['a data directory that is a file', { TALLYSTICK_DATA_DIR: script }, 'cannot be the data directory'],
  ])('%s', async (_, env, sentence) => {
    const { ended, output } = start({ TALLYSTICK_DATA_DIR: path.join(folder, 'none'), ...env });
    expect(await ended).toBe(1);
    expect(output()).toContain(sentence);
    expect(output()).not.toMatch(/hunter2|at .+:\d+:\d+/);
  });

  it('an old Node', async () => {
    const code = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } }); import(${JSON.stringify(script)})`;
    const { ended, output } = run(process.execPath, ['-e', code]);
    expect(await ended).toBe(1);
    expect(output()).toMatch(/^Tallystick needs Node 20\.19 or newer; this is v[\d.]+\.\n$/);
  });
});
