import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { buildDocument, checkAccess, contractName, dialectsOf, EnvelopeAdapter, layGround, loadConfig, type AppName, type Ground } from '@tallystick/platform';
import { AdminApiModule } from '../../apps/admin-api/src/admin-api.module.js';
import { PublicApiModule } from '../../apps/public-api/src/public-api.module.js';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import { routesOf, type Route, type Sources } from './routes.js';

/** The module of each app. */
export const APP_MODULES: Readonly<Record<AppName, (ground: Ground) => DynamicModule>> = {
  'public-api': (ground) => PublicApiModule.forRoot(ground),
  'admin-api': (ground) => AdminApiModule.forRoot(ground),
  worker: (ground) => WorkerModule.forRoot(ground),
};

/** What an app promises. */
export interface AppContract {
  /** By the name of the contract: that of the native surface, and that of each dialect. */
  readonly documents: ReadonlyMap<string, OpenAPIObject>;
  readonly routes: Route[];
}

/** Reads the contract of an app off its declarations: nothing is made, connected or listened to. */
export async function readContract(app: AppName, version: string, sources: Sources): Promise<AppContract> {
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  const module = APP_MODULES[app](layGround(app, config));
  const nest = await NestFactory.create(module, new EnvelopeAdapter({ skipMiddie: true } as never), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  checkAccess(nest);
  const surfaces = [undefined, ...dialectsOf(app)];
  const documents = new Map(surfaces.map((dialect) => [contractName(app, dialect), buildDocument(nest, app, version, dialect)]));
  return { documents, routes: await routesOf(nest, app, sources) };
}
