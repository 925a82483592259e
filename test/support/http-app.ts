import type { DynamicModule } from '@nestjs/common';
import {
  createHttpApp,
  createLogger,
  layGround,
  LIMIT_NAMES,
  loadConfig,
  type AppName,
  type Ground,
  type HttpApp,
} from '@tallystick/platform';
import { AuditWatch } from './audit-watch.js';
import { ContractWatch } from './contract-watch.js';

/** What a test app is made with; `environment` overrides single settings. */
export interface TestAppSettings {
  readonly app?: AppName;
  readonly databaseUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The ground of an app under test: settings of its own, and a log that is kept in memory. */
export interface TestGround extends Ground {
  readonly log: Record<string, unknown>[];
}

/** Tests ask more often than people: those of the limits themselves set their own. */
export const WITHOUT_LIMITS: Readonly<Record<string, string>> = Object.fromEntries(
  LIMIT_NAMES.map((name) => [`RATE_LIMIT_${name.toUpperCase()}`, '1000000/60']),
);

/** Lays the ground of an app under test. */
export function testGround({
  app = 'public-api',
  databaseUrl = 'postgres://nobody@127.0.0.1:1/none',
  environment,
}: TestAppSettings = {}): TestGround {
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'debug',
    DATABASE_URL: databaseUrl,
    WEBHOOK_ALLOW_LOOPBACK: 'true',
    ...WITHOUT_LIMITS,
    ...environment,
  });
  const log: Record<string, unknown>[] = [];
  const logger = createLogger(
    { app, level: config.logLevel },
    { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { ...layGround(app, config, logger), log };
}

/** An app that runs in the test's own process and takes requests by `nest.inject` without a port. */
export interface TestApp extends HttpApp {
  readonly ground: TestGround;
  /** Stops it; throws when an answer did not fit the contract. */
  close(): Promise<void>;
}

/** Starts an app as `main.ts` does, but for the port and the signals, and holds all it answers against its contract. */
export async function startTestApp(module: (ground: Ground) => DynamicModule, settings: TestAppSettings = {}): Promise<TestApp> {
  const ground = testGround(settings);
  const contract = new ContractWatch(ground.app);
  const audit = settings.databaseUrl === undefined ? undefined : new AuditWatch(ground.app, settings.databaseUrl);
  const app = await createHttpApp(module(ground), ground, (instance) => {
    contract.watch(instance);
    audit?.watch(instance);
  });
  const close = async (): Promise<void> => {
    await app.nest.close();
    await audit?.finish();
    contract.finish();
  };
  return { ...app, ground, close };
}
