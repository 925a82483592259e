// The whole of `npm start`: install, build, database, migrations, demo, three apps; and the end of all of it.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepare, root, run } from '../prepare.mjs';
import { supervise } from './apps.mjs';
import { welcome, writeDemo } from './demo.mjs';
import { openDatabase } from './database.mjs';
import { takeDataDirectory } from './data-directory.mjs';
import { completeEnvironment, freePorts, readEnvironment } from './environment.mjs';
import { readSecrets } from './secrets.mjs';

const begun = Date.now();
const color = process.stdout.isTTY ? (text) => `\x1b[36m${text}\x1b[0m` : (text) => text;
const say = (text) => console.log(`${color(`[${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s]`)} ${text}`);

/** What runs, in the order in which it is to be ended. */
const running = { children: new Set(), apps: undefined, database: undefined, directory: undefined };
let stopping;

/** Starts everything and returns when it runs; ends the process when it is told to stop, or with one sentence when it cannot start. */
export async function main() {
  watchForTheEnd();
  try {
    await start();
  } catch (error) {
    if (!stopping) {
      console.error(`\nTallystick did not start: ${error.message}`);
      await stop(1);
    }
  }
}

async function start() {
  const settings = readEnvironment(process.env);
  running.directory = await takeDataDirectory(settings.dataDir, say);
  await freePorts(settings);
  await prepare({ say, children: running.children });
  const secrets = readSecrets(settings.dataDir, settings);
  const env = completeEnvironment(settings, secrets);
  await checkConfiguration({ DATABASE_URL: 'postgres://embedded/tallystick', ...env });

  begin(settings.databaseUrl ? 'using the database of DATABASE_URL' : 'starting PostgreSQL');
  running.database = openDatabase(settings, secrets, { say, giveUp });
  const { ownerUrl, appUrl, workerUrl } = await running.database;
  const demoFile = path.join(settings.dataDir, 'demo.json');
  const { APP_DB_PASSWORD, WORKER_DB_PASSWORD } = secrets;
  begin('migrating');
  await script('migrate', { ...env, DATABASE_URL: ownerUrl, APP_DB_PASSWORD, WORKER_DB_PASSWORD });
  begin('seeding the demo');
  await script('seed', { ...env, DATABASE_URL: ownerUrl, DEMO_FILE: demoFile });

  begin('starting the public API, the admin API and the worker');
  running.apps = supervise(
    [
      { name: 'public-api', port: settings.ports.PUBLIC_API_PORT, env: { ...env, DATABASE_URL: appUrl } },
      { name: 'admin-api', port: settings.ports.ADMIN_API_PORT, env: { ...env, DATABASE_URL: appUrl } },
      { name: 'worker', port: settings.ports.WORKER_PORT, env: { ...env, DATABASE_URL: workerUrl } },
    ],
    { settings, say, giveUp, note: running.directory.note },
  );
  await running.apps.ready();
  const demo = writeDemo(demoFile, settings, { ownerUrl, appUrl, workerUrl, opsToken: env.OPS_TOKEN });
  begin('ready');
  console.log(welcome(demo, settings));
}

/** Announces the next step, unless we were told to stop in the meantime. */
function begin(step) {
  if (stopping) throw new Error('stopped');
  say(step);
}

/** Runs a built script; what it says on failure is why we do not start. */
async function script(name, env) {
  let said = '';
  const stdio = ['ignore', 'inherit', 'pipe'];
  const listen = (child) => child.stderr.on('data', (chunk) => (said += chunk));
  await run(process.execPath, [`dist/scripts/${name}.js`], { env, stdio, listen, children: running.children }).catch((error) => {
    throw said ? new Error(said.trim().replace(/^\[\w+\] /, '')) : error;
  });
  process.stderr.write(said);
}

/** Every mistake of the configuration, before anything listens: the same check as the apps make. */
async function checkConfiguration(env) {
  const { loadConfig } = await import(path.join(root, 'dist/libs/platform/src/config/config.js'));
  loadConfig(env);
}

function giveUp(reason) {
  if (stopping) return;
  console.error(`\nTallystick stops: ${reason}`);
  void stop(1);
}

function watchForTheEnd() {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined); // a closed terminal
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      first ||= Date.now();
      if (!stopping) void stop(0);
      else if (Date.now() - first > 1000) force(); // npm passes Ctrl-C on a second time at once: only a later one is impatience
    });
  }
  // npm dies of SIGKILL without passing anything on.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && !stopping && void stop(0), 500).unref();
  }
}

async function stop(code) {
  stopping = true;
  if (running.database) say('stopping');
  for (const child of running.children) child.kill('SIGTERM');
  while (running.children.size > 0) await sleep(20);
  await running.apps?.stop();
  await (await running.database?.catch(() => undefined))?.stop();
  running.directory?.release();
  process.exit(code);
}

/** The impatient way: what runs is cut off; the database is still ended properly. */
function force() {
  running.apps?.kill();
  for (const child of running.children) child.kill('SIGKILL');
}
