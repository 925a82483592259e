import { validateSync } from 'class-validator';
import path from 'node:path';
import { parseProxies, type IsProxy } from '../http/limits/caller-address.policy.js';
import { LIMIT_NAMES, parseLimit, type Limits } from '../http/limits/limits.policy.js';
import { DEVELOPMENT_KEY, DEVELOPMENT_OPS_TOKEN, DEVELOPMENT_SENDER, SECRET_SETTINGS, SETTING_NAMES, Settings } from './settings.js';

/** The configuration of a process, read once at its start. */
export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  /** Connection string of the login role of the app. */
  readonly databaseUrl: string;
  /** Where the queues live when not in PostgreSQL. */
  readonly redisUrl?: string;
  /** The address that the apps listen on. */
  readonly host: string;
  readonly publicApiPort: number;
  readonly adminApiPort: number;
  readonly workerPort: number;
  /** Where callers reach the public API, without a slash at the end: the issuer of its tokens. */
  readonly publicUrl: string;
  /** Where people reach the pages that links in mails open, without a slash at the end. */
  readonly consoleUrl: string;
  /** The mail server; without one mails are files in the data directory. */
  readonly smtpUrl?: string;
  /** Who mails come from: an address, or a name with one in angle brackets. */
  readonly mailFrom: string;
  /** Absolute path of the folder for mail and files. */
  readonly dataDir: string;
  /** The key that encrypts the tenants' keys: 32 bytes. */
  readonly key: Buffer;
  /** What ops present as bearer token to the worker. */
  readonly opsToken: string;
  readonly logLevel: string;
  /** Lets webhooks go to this machine: for trying things out, refused in production. */
  readonly webhookAllowLoopback: boolean;
  /** Whether SFTP servers may have an address although it is not public. */
  readonly isSftpNetwork: IsProxy;
  /** Whether an address is that of a proxy whose `X-Forwarded-For` counts. */
  readonly isProxy: IsProxy;
  /** Slug of the institution whose directory of offers is shown to guests who name none. */
  readonly directoryTenant?: string;
  readonly limits: Limits;
}

/** All that is wrong with the environment, in one message; no secret is in it (OPS-02). */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration is wrong in ${problems.length === 1 ? '1 place' : `${problems.length} places`} (docs/configuration.md explains every setting):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the environment; an empty variable counts as not set.
 * @throws ConfigError that lists every problem at once
 */
export function loadConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, environment[name]]).filter(([, value]) => value !== undefined && value !== ''),
  );
  const settings = Object.assign(new Settings(), given);
  const problems = [
    ...unknownNames(environment),
    ...misfits(settings),
    ...clashes(settings),
    ...(settings.NODE_ENV === 'production' ? productionProblems(settings) : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    environment: settings.NODE_ENV as Config['environment'],
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    host: settings.HOST,
    publicApiPort: Number(settings.PUBLIC_API_PORT),
    adminApiPort: Number(settings.ADMIN_API_PORT),
    workerPort: Number(settings.WORKER_PORT),
    publicUrl: (settings.PUBLIC_URL ?? `http://127.0.0.1:${settings.PUBLIC_API_PORT}`).replace(/\/+$/, ''),
    consoleUrl: (settings.CONSOLE_URL ?? `http://127.0.0.1:${settings.ADMIN_API_PORT}`).replace(/\/+$/, ''),
    smtpUrl: settings.SMTP_URL,
    mailFrom: settings.MAIL_FROM,
    dataDir: path.resolve(settings.TALLYSTICK_DATA_DIR),
    key: Buffer.from(settings.TALLYSTICK_KEY, 'base64'),
    opsToken: settings.OPS_TOKEN,
    logLevel: settings.LOG_LEVEL,
    webhookAllowLoopback: settings.WEBHOOK_ALLOW_LOOPBACK === 'true',
    isSftpNetwork: parseProxies(settings.SFTP_ALLOWED_NETWORKS ?? '')!,
    isProxy: parseProxies(settings.TRUSTED_PROXIES ?? '')!,
    directoryTenant: settings.DIRECTORY_TENANT,
    limits: limitsOf(settings),
  });
}

const limitsOf = (settings: Settings): Limits =>
  Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, parseLimit(settings[`RATE_LIMIT_${name.toUpperCase()}` as 'RATE_LIMIT_CLIENT'])]),
  ) as Limits;

function unknownNames(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('TALLYSTICK_') && !(SETTING_NAMES as readonly string[]).includes(name))
    .map((name) => `${name} is unknown: known are ${SETTING_NAMES.filter((known) => known.startsWith('TALLYSTICK_')).join(', ')}`);
}

function misfits(settings: Settings): string[] {
  return validateSync(settings, { stopAtFirstError: true, validationError: { target: false } }).map(({ property, value, constraints }) => {
    const expected = Object.values(constraints ?? {})[0];
    if (value === undefined) return `${property} is not set: expected ${expected}`;
    return SECRET_SETTINGS.has(property)
      ? `${property} has the wrong form: expected ${expected}`
      : `${property} is ${JSON.stringify(value)}: expected ${expected}`;
  });
}

function clashes(settings: Settings): string[] {
  const ports = (['PUBLIC_API_PORT', 'ADMIN_API_PORT', 'WORKER_PORT'] as const).map((name) => [name, settings[name]] as const);
  return ports.flatMap(([name, port], i) => {
    const earlier = ports.slice(0, i).find(([, other]) => other === port);
    return earlier ? [`${name} is ${port}, as is ${earlier[0]}: expected a port of its own`] : [];
  });
}

/** What is good enough for trying things out and not for production (OPS-03). */
function productionProblems(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.TALLYSTICK_KEY === DEVELOPMENT_KEY) problems.push('TALLYSTICK_KEY is the development key: production needs one of its own');
  if (settings.OPS_TOKEN === DEVELOPMENT_OPS_TOKEN) problems.push('OPS_TOKEN is the development token: production needs one of its own');
  if (settings.WEBHOOK_ALLOW_LOOPBACK === 'true')
    problems.push('WEBHOOK_ALLOW_LOOPBACK is true: production sends webhooks to public addresses only');
  const isSftpNetwork = parseProxies(settings.SFTP_ALLOWED_NETWORKS ?? '');
  if (['127.0.0.1', '::1', '169.254.169.254'].some((address) => isSftpNetwork?.(address)))
    problems.push('SFTP_ALLOWED_NETWORKS has this machine or the metadata address in it: production signs in to servers of tenants only');
  if (settings.PUBLIC_URL === undefined)
    problems.push('PUBLIC_URL is not set: production needs the address by which callers reach the public API');
  else if (URL.canParse(settings.PUBLIC_URL) && new URL(settings.PUBLIC_URL).protocol !== 'https:')
    problems.push('PUBLIC_URL is not https: production hands out tokens over TLS only');
  if (settings.CONSOLE_URL === undefined) problems.push('CONSOLE_URL is not set: production needs the address that links in mails open');
  else if (URL.canParse(settings.CONSOLE_URL) && new URL(settings.CONSOLE_URL).protocol !== 'https:')
    problems.push('CONSOLE_URL is not https: links in mails carry secrets');
  if (settings.SMTP_URL === undefined) problems.push('SMTP_URL is not set: production sends mails and does not leave them in files');
  if (settings.MAIL_FROM === DEVELOPMENT_SENDER) problems.push('MAIL_FROM is not set: production needs an address that mails come from');
  return problems;
}
