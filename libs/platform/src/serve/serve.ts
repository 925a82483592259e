import type { DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { layGround, type AppName, type Ground } from '../ground.js';
import { createHttpApp, type HttpApp } from '../http/http-app.js';
import { serveMetrics } from './metrics-listener.js';
import { stopOnce } from './stop.js';

const PORT_OF = { 'public-api': 'publicApiPort', 'admin-api': 'adminApiPort', worker: 'workerPort' } as const satisfies Record<
  AppName,
  keyof Config
>;

/**
 * Runs an app until it is told to stop: makes it, listens, and stops in order on SIGTERM, SIGINT, SIGHUP or when the process that
 * started it goes away. A start that fails ends the process with 1 and one sentence.
 */
export async function serve(app: AppName, config: Config, module: (ground: Ground) => DynamicModule): Promise<void> {
  const ground = layGround(app, config);
  const { logger } = ground;
  process.on('uncaughtException', (err) => fail(ground, err, 'this process cannot go on'));
  process.on('unhandledRejection', (err) => fail(ground, err, 'this process cannot go on'));
  try {
    const running = await createHttpApp(module(ground), ground);
    const port = config[PORT_OF[app]];
    await listen(running, port, config.host);
    const metrics = app === 'worker' ? undefined : serveMetrics(ground, port);
    stopOnce(ground, running, metrics);
    logger.info({ url: `http://${config.host}:${port}` }, 'listening');
  } catch (err) {
    fail(ground, err, `${app} cannot start: ${(err as Error).message}`);
  }
}

async function listen({ nest }: HttpApp, port: number, host: string): Promise<void> {
  try {
    await nest.listen(port, host);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE') throw new Error(`port ${port} of ${host} is taken`, { cause: error });
    if (code === 'EACCES') throw new Error(`port ${port} of ${host} needs a permission that this user lacks`, { cause: error });
    throw error;
  }
}

function fail({ logger }: Ground, err: unknown, sentence: string): void {
  logger.fatal({ err }, sentence);
  logger.flush();
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 100);
}
