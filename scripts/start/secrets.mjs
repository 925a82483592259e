import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MAKE = {
  TALLYSTICK_KEY: () => randomBytes(32).toString('base64'),
  OPS_TOKEN: () => randomBytes(24).toString('base64url'),
  POSTGRES_PASSWORD: () => randomBytes(24).toString('base64url'),
  APP_DB_PASSWORD: () => randomBytes(24).toString('base64url'),
  WORKER_DB_PASSWORD: () => randomBytes(24).toString('base64url'),
};

/**
 * The secrets of a data directory, made once and readable by its owner alone. What the environment gives takes precedence.
 * On a database of DATABASE_URL the passwords of the login roles follow from the owner's, so that two checkouts that share a server,
 * and with it those roles, agree on them.
 */
export function readSecrets(dataDir, { environment, databaseUrl }) {
  const file = path.join(dataDir, 'secrets.json');
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (!kept.POSTGRES_PASSWORD && !databaseUrl && existsSync(path.join(dataDir, 'pg'))) {
    throw new Error(
      `${file} is missing, and with it the password of the database beside it: put it back, or remove ${dataDir} to begin anew`,
    );
  }
  const missing = Object.keys(MAKE).filter((name) => !kept[name]);
  for (const name of missing) kept[name] = MAKE[name]();
  if (missing.length > 0) {
    writeFileSync(`${file}.draft`, JSON.stringify(kept, null, 2) + '\n', { mode: 0o600 });
    renameSync(`${file}.draft`, file);
  }
  const owner = databaseUrl && URL.canParse(databaseUrl) ? decodeURIComponent(new URL(databaseUrl).password) : '';
  const derived = (role) => (owner ? { [role]: createHmac('sha256', owner).update(`tallystick ${role}`).digest('base64url') } : {});
  const given = Object.fromEntries(Object.keys(MAKE).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  return { ...kept, ...derived('APP_DB_PASSWORD'), ...derived('WORKER_DB_PASSWORD'), ...given };
}
