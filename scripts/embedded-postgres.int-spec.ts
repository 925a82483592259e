import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const runner = path.resolve('scripts/embedded-postgres.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-pg-'));
const children = new Set<ChildProcess>();
let port = 0;
let otherPort = 0;

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const eventually = async (condition: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 20_000; !condition(); await sleep(20)) if (Date.now() > deadline) throw new Error('it did not happen');
};

interface Started {
  child: ChildProcess;
  pid: number;
  url: string;
  adopted: boolean;
  told: string[];
  /** Ends the process that started the server, in the proper way. */
  stop(): Promise<void>;
}

/** Runs the runner in a process of its own, as the commands do: Jest cannot load it, and some tests kill it. */
async function start(dataDir: string, { on = port, ...options }: { on?: number; fast?: boolean } = {}): Promise<Started> {
  const code = `
    import { startPostgres } from ${JSON.stringify(runner)};
    const options = { dataDir: ${JSON.stringify(dataDir)}, port: ${on}, password: 'it is % secret', ...${JSON.stringify(options)} };
    try {
      const server = await startPostgres({ ...options, onExit: () => console.log(JSON.stringify({ exit: true })) });
      console.log(JSON.stringify({ pid: server.pid, adopted: server.adopted, url: server.url('postgres') }));
      process.on('SIGTERM', () => server.stop().then(() => process.exit(0)));
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log(JSON.stringify({ error: error.message }));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const told: string[] = [];
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise<string>((resolve) => lines.once('line', resolve));
  lines.on('line', (line) => told.push(line));
  const answer = JSON.parse(first) as { pid: number; url: string; adopted: boolean; error?: string };
  if (answer.error) throw new Error(answer.error);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { ...answer, child, told, stop: async () => void (child.kill('SIGTERM'), await exited) };
}

async function query(url: string, sql: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Kills the guard of a server, which only somebody with `kill -9` on everything does. */
function killGuard(server: number): void {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const [shell, , script = '', , pid] = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      if (shell === '/bin/sh' && script.startsWith('cat >/dev/null') && pid === String(server)) process.kill(-Number(entry), 'SIGKILL');
    } catch {
      // ended in the meantime
    }
  }
}

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const code = `import { freePort } from ${JSON.stringify(runner)}; console.log(await freePort(), await freePort())`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const text of child.stdout) [port, otherPort] = String(text).split(' ').map(Number) as [number, number];
});
afterAll(() => {
  for (const child of children) child.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  const dataDir = path.join(folder, 'pg');

  it('is made with UTF-8, passwords and durability, and ends with no process left', async () => {
    const server = await start(dataDir);
    const [settings] = await query(
      server.url,
      `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
         current_setting('full_page_writes') as pages, current_setting('max_connections') as connections,
         (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as auth`,
    );
    expect(settings).toEqual({ encoding: 'UTF8', fsync: 'on', commit: 'on', pages: 'on', connections: '200', auth: 'scram-sha-256' });
    await expect(query(server.url.replace(/:[^:@]*@/, ':wrong@'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await query(server.url, 'create table kept (id int)');
    await server.stop();
    expect(alive(server.pid)).toBe(false);
  });

  it('says in words that the port is taken', async () => {
    const other = await import('node:net').then(({ createServer }) => createServer().listen(port, '127.0.0.1'));
    try {
      await expect(start(dataDir)).rejects.toThrow(`port ${port} is in use by another program (set PG_PORT to another)`);
    } finally {
      other.close();
    }
  });

  it('takes over the server that a killed run left, with what was committed', async () => {
    const first = await start(dataDir);
    killGuard(first.pid);
    first.child.kill('SIGKILL');
    const second = await start(dataDir);
    expect(second).toMatchObject({ pid: first.pid, adopted: true });
    expect(await query(second.url, 'insert into kept values (1) returning id')).toEqual([{ id: 1 }]);
    await second.stop();
    expect(alive(first.pid)).toBe(false);
  });

  it('ends the left server when it listens on another port than wanted', async () => {
    const first = await start(dataDir);
    killGuard(first.pid);
    first.child.kill('SIGKILL');
    const second = await start(dataDir, { on: otherPort });
    expect(second.adopted).toBe(false);
    expect(alive(first.pid)).toBe(false);
    await second.stop();
  });

  it('does not outlive the process that started it, even when that is killed', async () => {
    const server = await start(dataDir);
    server.child.kill('SIGKILL');
    await eventually(() => !alive(server.pid));
  });

  it('tells when it dies, and comes back with everything that was committed', async () => {
    const first = await start(dataDir);
    await query(first.url, 'insert into kept values (2)');
    process.kill(first.pid, 'SIGKILL');
    await eventually(() => first.told.includes('{"exit":true}'));
    const second = await start(dataDir);
    expect(await query(second.url, 'select id from kept order by id')).toEqual([{ id: 1 }, { id: 2 }]);
    await second.stop();
    await first.stop();
  });

  it('is not misled by a lock file whose number now belongs to another program', async () => {
    const file = path.join(dataDir, 'postmaster.pid');
    writeFileSync(file, [process.pid, dataDir, 0, port, '', '127.0.0.1', '', 'ready', ''].join('\n'));
    const server = await start(dataDir);
    expect(server.adopted).toBe(false);
    expect(alive(process.pid)).toBe(true);
    await server.stop();
  });

  it('starts in a folder that is closed to others', async () => {
    const closed = path.join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const server = await start(path.join(closed, 'data/pg'), { fast: true });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    const clean = `import { removeCluster } from ${JSON.stringify(runner)}; removeCluster(${JSON.stringify(path.join(closed, 'data/pg'))})`;
    await new Promise((resolve) => spawn(process.execPath, ['--input-type=module', '-e', clean]).once('exit', resolve));
  });
});
