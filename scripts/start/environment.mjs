import path from 'node:path';
import { portProblem, postmaster } from '../postgres/process.mjs';
import { root } from '../prepare.mjs';

const PORTS = { PUBLIC_API_PORT: 3001, ADMIN_API_PORT: 3002, WORKER_PORT: 3003, PG_PORT: 54329 };

/** Whoever tries the demo out does so from one address, and by hand or script signs in more often than people do. */
const DEMO_LIMITS = {
  RATE_LIMIT_SIGN_IN: '6000/60',
  RATE_LIMIT_TOKEN: '6000/60',
  RATE_LIMIT_PASSCODE: '3000/60',
  RATE_LIMIT_PASSWORD_RESET: '3000/60',
  RATE_LIMIT_INVITATION: '3000/60',
};

/**
 * The part of the environment that must be known before the packages are there to check the rest.
 * @throws Error of one sentence
 */
export function readEnvironment(environment) {
  if (environment.NODE_ENV === 'production') {
    throw new Error('npm start runs a demo, which production refuses: unset NODE_ENV, or see docs/deployment.md for how to run the apps');
  }
  const ports = Object.fromEntries(
    Object.entries(PORTS).map(([name, standard]) => {
      const port = Number(environment[name] || standard);
      if (!Number.isInteger(port) || port < 1 || port > 65535)
        throw new Error(`${name} is "${environment[name]}": expected a port number from 1 to 65535`);
      return [name, port];
    }),
  );
  const host = environment.HOST || '127.0.0.1';
  return {
    environment,
    ports,
    host,
    /** Where this machine reaches an app. */
    reach: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host,
    databaseUrl: environment.DATABASE_URL || undefined,
    dataDir: path.resolve(root, environment.TALLYSTICK_DATA_DIR || '.data'),
  };
}

/** What the apps and scripts see: the caller's environment, completed, with the secrets of this data directory. */
export function completeEnvironment({ environment, dataDir, ports, reach }, secrets) {
  return {
    ...environment,
    NODE_ENV: environment.NODE_ENV || 'development',
    TALLYSTICK_DATA_DIR: dataDir,
    TALLYSTICK_KEY: secrets.TALLYSTICK_KEY,
    OPS_TOKEN: secrets.OPS_TOKEN,
    PUBLIC_URL: environment.PUBLIC_URL || `http://${reach}:${ports.PUBLIC_API_PORT}`,
    DIRECTORY_TENANT: environment.DIRECTORY_TENANT || 'demo',
    WEBHOOK_ALLOW_LOOPBACK: environment.WEBHOOK_ALLOW_LOOPBACK || 'true',
    ...Object.fromEntries(Object.entries(DEMO_LIMITS).map(([name, limit]) => [name, environment[name] || limit])),
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  };
}

/** @throws Error that names every port of ours that another program has */
export async function freePorts({ ports, host, databaseUrl, dataDir }) {
  const { PG_PORT, ...apps } = ports;
  const ours = Object.entries(databaseUrl ? apps : ports);
  const [twice] = ours.find(([name, port]) => ours.some(([other, same]) => other !== name && same === port)) ?? [];
  if (twice) throw new Error(`${twice} is ${ports[twice]}, and so is another port: give each its own`);
  const problems = [];
  for (const [name, port] of ours) {
    if (name === 'PG_PORT' && postmaster(path.join(dataDir, 'pg'))) continue; // perhaps the server of a killed run
    const problem = await portProblem(port, name === 'PG_PORT' ? '127.0.0.1' : host);
    if (problem) problems.push(`${problem} (set ${name} to another)`);
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
}
