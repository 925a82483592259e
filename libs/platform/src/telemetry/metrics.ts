import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';

interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** The figures of a process, scraped at `/metrics`. Labels are bounded: routes are templates, never paths (OBS-04). */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route template',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor(app: string) {
    this.registry.setDefaultLabels({ app });
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts one answered request. `route` is undefined for a path that no route has. */
  observeRequest(method: string, route: string | undefined, status: number, seconds: number): void {
    this.requests.observe({ method: KNOWN_METHODS.has(method) ? method : 'other', route: route ?? 'none', status }, seconds);
  }

  /** Shows how busy the database connections of this process are. */
  watchPool(dataSource: DataSource): void {
    const pool = (): Pool => (dataSource.driver as unknown as { master: Pool }).master;
    const gauge = (name: string, help: string, read: (pool: Pool) => number): void => {
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(dataSource.isInitialized ? read(pool()) : 0);
        },
      });
    };
    gauge('database_connections_in_use', 'Connections that are running a transaction', (of) => of.totalCount - of.idleCount);
    gauge('database_connections_idle', 'Connections that wait for work', (of) => of.idleCount);
    gauge('database_connections_waiting', 'Work that waits for a connection', (of) => of.waitingCount);
  }
}

const KNOWN_METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
