import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/embedded-postgres.mjs';

/**
 * Puts PgBouncer in transaction mode before the test server (TEN-05), as banks run it: what only one connection remembers is lost between
 * two transactions. Answers its address for tests, and how to end it.
 */
export async function startPooler(serverUrl, folder) {
  const [server, port] = [new URL(serverUrl), await freePort()];
  const users = path.join(folder, 'pooler-users.txt');
  writeFileSync(users, '"tallystick_app" "app"\n"tallystick_worker" "worker"\n');
  const config = path.join(folder, 'pooler.ini');
  writeFileSync(
    config,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = 10
max_client_conn = 500
server_idle_timeout = 5
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
`,
  );
  for (const file of [users, config]) chmodSync(file, 0o644);
  // It refuses to run as root.
  const asRoot = process.getuid?.() === 0;
  const child = spawn('pgbouncer', [...(asRoot ? ['-u', 'nobody'] : []), config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  const log = [];
  child.stderr.on('data', (chunk) => log.push(String(chunk)));
  let failure;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code) => (failure ??= `it ended with ${code}`));
  for (let tries = 0; !(await listens(port)); tries++) {
    if (failure || tries > 100) throw new Error(`PgBouncer did not start: ${failure ?? 'it does not listen'}\n${log.join('')}`);
    await sleep(50);
  }
  return { host: `127.0.0.1:${port}`, stop: () => void child.kill('SIGTERM') };
}

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true) ?? socket.destroy());
    socket.once('error', () => resolve(false));
  });
