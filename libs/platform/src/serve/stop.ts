import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from '../ground.js';
import type { HttpApp } from '../http/http-app.js';

/** How long readiness says no before the port closes, so that a balancer looks elsewhere. */
const NOTICE_MS = 1_000;
/** Connections that still talk after this are cut; the process is gone five seconds later at most. */
const PATIENCE_MS = 20_000;
const LAST_MS = 25_000;

/** Stops in order, once: says so in readiness, lets requests in flight end, closes what the modules opened, exits with 0 (OPS-01). */
export function stopOnce({ readiness, logger }: Ground, { nest }: HttpApp, metrics: Server | undefined): void {
  let stopping = false;
  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    readiness.drain();
    setTimeout(() => process.exit(0), LAST_MS).unref();
    const server = nest.getHttpServer() as unknown as Server;
    setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
    await sleep(NOTICE_MS);
    metrics?.close();
    // A connection that was busy when the port closed is kept alive by its caller; nothing more is to come on it.
    setInterval(() => server.closeIdleConnections(), 100).unref();
    await nest.close().catch((err: unknown) => logger.error({ err }, 'closing failed'));
    logger.info('stopped');
    logger.flush(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void stop(signal));
  process.on('disconnect', () => void stop('the parent process is gone'));
}
