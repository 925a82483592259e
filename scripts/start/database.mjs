import path from 'node:path';
import { startPostgres } from '../embedded-postgres.mjs';

const NAME = 'tallystick';
/** A server that ends more often than this within a minute stays down, and all with it. */
const RESTARTS_A_MINUTE = 20;

/**
 * The database of this run: the one of DATABASE_URL, or the embedded one, which is started again when it dies.
 * @returns {Promise<{ ownerUrl: string, appUrl: string, workerUrl: string, stop(): Promise<void> }>}
 */
export async function openDatabase(settings, secrets, tell) {
  if (settings.databaseUrl) return { ...waysIn(settings.databaseUrl, secrets), stop: async () => undefined };
  const server = await keepRunning(
    { dataDir: path.join(settings.dataDir, 'pg'), port: settings.ports.PG_PORT, password: secrets.POSTGRES_PASSWORD },
    tell,
  );
  try {
    await createDatabase(server.url('postgres'));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...waysIn(server.url(NAME), secrets), stop: server.stop };
}

async function keepRunning(options, { say, giveUp }) {
  const ends = [];
  let stopping = false;
  const start = () => startPostgres({ ...options, onExit: again });
  const again = () => {
    if (stopping) return;
    ends.push(Date.now());
    if (ends.filter((at) => Date.now() - at < 60_000).length > RESTARTS_A_MINUTE) return giveUp('PostgreSQL keeps ending');
    say('PostgreSQL ended unexpectedly: starting it again');
    current = start();
    current.catch((error) => giveUp(error.message));
  };
  let current = start();
  const { url, adopted, pid } = await current;
  if (adopted) say(`PostgreSQL of a run that was killed still works (process ${pid})`);
  return {
    url,
    stop: async () => {
      stopping = true;
      await (await current.catch(() => undefined))?.stop();
    },
  };
}

/** The owner's way in, and those of the apps, which must not be able to bypass row-level security. */
function waysIn(ownerUrl, secrets) {
  const as = (user, password) => {
    if (!URL.canParse(ownerUrl)) return ownerUrl;
    const url = new URL(ownerUrl);
    url.username = user;
    url.password = encodeURIComponent(password);
    return url.href;
  };
  return {
    ownerUrl,
    appUrl: as('tallystick_app', secrets.APP_DB_PASSWORD),
    workerUrl: as('tallystick_worker', secrets.WORKER_DB_PASSWORD),
  };
}

async function createDatabase(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect().catch((error) => {
    const sentence =
      'the embedded database refuses the password in secrets.json: put the right file back, or remove the data directory to begin anew';
    throw error.code === '28P01' ? new Error(sentence) : error;
  });
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [NAME]);
    if (!rowCount) await client.query(`create database ${NAME}`);
  } finally {
    await client.end();
  }
}
