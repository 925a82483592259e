import { createServer, type Server } from 'node:http';
import type { Ground } from '../ground.js';
import { isOpsToken } from '../http/ops-token.js';

/** The figures of an API that listens on `port` are at `port` + 1000 of the loopback interface. */
export const metricsPort = (port: number): number => (port + 1_000 <= 65_535 ? port + 1_000 : port - 1_000);

/**
 * Serves `/metrics` apart from the API, to this machine only and for the ops token (AZN-06). An API whose metrics port is taken
 * works on without.
 */
export function serveMetrics({ metrics, config, logger }: Ground, port: number): Server {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') return response.writeHead(404).end();
    if (!isOpsToken(request.headers.authorization, config.opsToken)) return response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType, 'cache-control': 'no-store' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.on('error', (err) => logger.warn({ err, port: metricsPort(port) }, 'no metrics are served'));
  return server.listen(metricsPort(port), '127.0.0.1').unref();
}
