import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, loadConfig } from './config.js';
import { configOrExit, describeSettings } from './config-or-exit.js';
import { SECRET_SETTINGS, SETTING_NAMES } from './settings.js';

const DATABASE_URL = 'postgres://tallystick_app:hunter2@127.0.0.1:5432/tallystick';
const KEY = Buffer.alloc(32, 7).toString('base64');
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL,
  TALLYSTICK_KEY: KEY,
  OPS_TOKEN: 'a-token-of-our-own',
  PUBLIC_URL: 'https://points.example.com/',
  CONSOLE_URL: 'https://console.example.com/',
  SMTP_URL: 'smtps://points:hunter2@mail.example.com',
  MAIL_FROM: 'Points <no-reply@example.com>',
};

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('configuration (OPS-02)', () => {
  it('has defaults for all but the database', () => {
    expect(loadConfig({ DATABASE_URL })).toMatchObject({
      environment: 'development',
      databaseUrl: DATABASE_URL,
      redisUrl: undefined,
      host: '127.0.0.1',
      publicApiPort: 3001,
      adminApiPort: 3002,
      workerPort: 3003,
      publicUrl: 'http://127.0.0.1:3001',
      consoleUrl: 'http://127.0.0.1:3002',
      smtpUrl: undefined,
      mailFrom: 'Tallystick <no-reply@localhost>',
      dataDir: path.resolve('.data'),
      logLevel: 'info',
      webhookAllowLoopback: false,
      limits: { address: { count: 120_000, seconds: 60 }, client: { count: 60_000, seconds: 60 }, sign_in: { count: 120, seconds: 60 } },
    });
    expect(loadConfig({ DATABASE_URL }).isProxy('127.0.0.1')).toBe(false);
    expect(loadConfig({ DATABASE_URL }).key).toHaveLength(32);
  });

  it('reads every setting', () => {
    const config = loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL,
      REDIS_URL: 'rediss://cache:6379',
      HOST: '0.0.0.0',
      PUBLIC_API_PORT: '8001',
      ADMIN_API_PORT: '8002',
      WORKER_PORT: '8003',
      PUBLIC_URL: 'https://points.example.com/',
      CONSOLE_URL: 'https://console.example.com/',
      SMTP_URL: 'smtp://mail:25',
      MAIL_FROM: 'no-reply@example.com',
      TALLYSTICK_DATA_DIR: '/srv/tallystick',
      TALLYSTICK_KEY: KEY,
      OPS_TOKEN: 'sixteen-characters',
      LOG_LEVEL: 'debug',
      WEBHOOK_ALLOW_LOOPBACK: 'true',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      RATE_LIMIT_CLIENT: '5/1',
      DIRECTORY_TENANT: 'demo',
    });
    expect(config).toEqual({
      directoryTenant: 'demo',
      environment: 'test',
      databaseUrl: DATABASE_URL,
      redisUrl: 'rediss://cache:6379',
      host: '0.0.0.0',
      publicApiPort: 8001,
      adminApiPort: 8002,
      workerPort: 8003,
      publicUrl: 'https://points.example.com',
      consoleUrl: 'https://console.example.com',
      smtpUrl: 'smtp://mail:25',
      mailFrom: 'no-reply@example.com',
      dataDir: '/srv/tallystick',
      key: Buffer.alloc(32, 7),
      opsToken: 'sixteen-characters',
      logLevel: 'debug',
      webhookAllowLoopback: true,
      isProxy: expect.any(Function),
      isSftpNetwork: expect.any(Function),
      limits: expect.objectContaining({ client: { count: 5, seconds: 1 } }),
    });
    expect(['10.1.2.3', '::1', '11.1.2.3'].map((address) => config.isProxy(address))).toEqual([true, true, false]);
  });

  it('refuses proxies that are everybody, and limits that are none', () => {
    const wrong = { TRUSTED_PROXIES: '0.0.0.0/0', RATE_LIMIT_CLIENT: '100', RATE_LIMIT_TOKEN: '0/60', RATE_LIMIT_SIGN_IN: '10/86401' };
    expect(
      problemsOf({ DATABASE_URL, ...wrong })
        .map((problem) => problem.split(' is ')[0])
        .sort(),
    ).toEqual(Object.keys(wrong).sort());
  });

  it('takes an empty variable as not set, as compose files pass them', () => {
    expect(loadConfig({ DATABASE_URL, REDIS_URL: '', PUBLIC_API_PORT: '' })).toMatchObject({ redisUrl: undefined, publicApiPort: 3001 });
  });

  it('reports every mistake at once, with name and expected form', () => {
    expect(
      problemsOf({
        NODE_ENV: 'staging',
        REDIS_URL: 'http://cache',
        PUBLIC_API_PORT: 'abc',
        ADMIN_API_PORT: '65536',
        PUBLIC_URL: 'points',
        CONSOLE_URL: 'console',
        SMTP_URL: 'mail:25',
        MAIL_FROM: 'Points\nBcc: <a@example.com>',
        TALLYSTICK_KEY: 'c2hvcnQ=',
        OPS_TOKEN: 'short',
        LOG_LEVEL: 'loud',
        WEBHOOK_ALLOW_LOOPBACK: 'yes',
        TALLYSTICK_DATADIR: '/x',
      }),
    ).toEqual([
      'TALLYSTICK_DATADIR is unknown: known are TALLYSTICK_DATA_DIR, TALLYSTICK_KEY',
      ...[
        'NODE_ENV is "staging": expected development, test or production',
        'DATABASE_URL is not set: expected an address of the form postgres://... or postgresql://...',
        'REDIS_URL has the wrong form: expected an address of the form redis://... or rediss://...',
        'PUBLIC_API_PORT is "abc": expected a port number from 1 to 65535',
        'ADMIN_API_PORT is "65536": expected a port number from 1 to 65535',
        'PUBLIC_URL is "points": expected an address of the form http://... or https://...',
        'CONSOLE_URL is "console": expected an address of the form http://... or https://...',
        'SMTP_URL has the wrong form: expected an address of the form smtp://... or smtps://...',
        'MAIL_FROM is "Points\\nBcc: <a@example.com>": expected an e-mail address, or a name with one as `Points <no-reply@example.com>`',
        'TALLYSTICK_KEY has the wrong form: expected 32 random bytes in base64, as `openssl rand -base64 32` prints them',
        'OPS_TOKEN has the wrong form: expected at least 16 characters without white space',
        'LOG_LEVEL is "loud": expected fatal, error, warn, info, debug, trace or silent',
        'WEBHOOK_ALLOW_LOOPBACK is "yes": expected true or false',
      ],
    ]);
  });

  it('refuses two apps on one port', () => {
    expect(problemsOf({ DATABASE_URL, WORKER_PORT: '3001' })).toEqual([
      'WORKER_PORT is 3001, as is PUBLIC_API_PORT: expected a port of its own',
    ]);
  });

  it('never prints a secret', () => {
    const secrets = {
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      REDIS_URL: 'http://:hunter2@cache',
      SMTP_URL: 'http://:hunter2@mail',
      TALLYSTICK_KEY: 'hunter2',
      OPS_TOKEN: 'hunter2',
    };
    expect(new Set(Object.keys(secrets))).toEqual(SECRET_SETTINGS);
    expect(problemsOf(secrets)).toHaveLength(5);
    expect(problemsOf(secrets).join()).not.toContain('hunter2');
    expect(describeSettings(secrets)).not.toContain('hunter2');
  });
});

describe('production (OPS-03)', () => {
  it('accepts settings of its own', () => {
    expect(loadConfig(PRODUCTION)).toMatchObject({ environment: 'production', publicUrl: 'https://points.example.com' });
  });

  it('refuses what is good enough for trying things out', () => {
    expect(problemsOf({ NODE_ENV: 'production', DATABASE_URL, WEBHOOK_ALLOW_LOOPBACK: 'true' })).toEqual([
      'TALLYSTICK_KEY is the development key: production needs one of its own',
      'OPS_TOKEN is the development token: production needs one of its own',
      'WEBHOOK_ALLOW_LOOPBACK is true: production sends webhooks to public addresses only',
      'PUBLIC_URL is not set: production needs the address by which callers reach the public API',
      'CONSOLE_URL is not set: production needs the address that links in mails open',
      'SMTP_URL is not set: production sends mails and does not leave them in files',
      'MAIL_FROM is not set: production needs an address that mails come from',
    ]);
    expect(problemsOf({ ...PRODUCTION, PUBLIC_URL: 'http://points.example.com', CONSOLE_URL: 'http://console.example.com' })).toEqual([
      'PUBLIC_URL is not https: production hands out tokens over TLS only',
      'CONSOLE_URL is not https: links in mails carry secrets',
    ]);
  });
});

describe('at the start of an app', () => {
  const exits = (environment: Record<string, string>, args: string[]): { code?: number; out: string; err: string } => {
    const seen = { out: '', err: '', code: undefined as number | undefined };
    const spies = [
      jest.spyOn(process, 'exit').mockImplementation((code) => {
        seen.code = Number(code);
        return undefined as never;
      }),
      jest.spyOn(console, 'log').mockImplementation((text: string) => void (seen.out += text)),
      jest.spyOn(console, 'error').mockImplementation((text: string) => void (seen.err += text)),
    ];
    configOrExit(environment, args);
    spies.forEach((spy) => spy.mockRestore());
    return seen;
  };

  it('ends with 1 and the whole list when something is wrong', () => {
    const seen = exits({ PUBLIC_API_PORT: '0' }, []);
    expect(seen.code).toBe(1);
    expect(seen.err).toMatch(/wrong in 2 places.*docs\/configuration\.md[^]*DATABASE_URL[^]*PUBLIC_API_PORT/);
  });

  it('prints what is in force and ends with 0 under --check-config', () => {
    const seen = exits({ DATABASE_URL, LOG_LEVEL: 'warn' }, ['--check-config']);
    expect(seen.code).toBe(0);
    expect(seen.out).toMatch(/DATABASE_URL=\(set\)/);
    expect(seen.out).toMatch(/LOG_LEVEL=warn$/m);
    expect(seen.out).toMatch(/WORKER_PORT=3003 {2}\(default\)/);
  });

  it('goes on otherwise', () => {
    expect(exits({ DATABASE_URL }, []).code).toBeUndefined();
  });
});

it('documents every setting', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');
  expect(SETTING_NAMES.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
