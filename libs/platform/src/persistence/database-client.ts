import pg from 'pg';

/** A restart of the server ends connections that are in use; without a listener that would end the process too (OPS-07). */
class ResilientClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined); // whoever waits for an answer on this connection gets the error there
  }
}

/** A pooler that hands each transaction to another session knows no statement by its name: it gets the text each time (TEN-05). */
class PooledClient extends ResilientClient {
  override query(...[query, ...rest]: unknown[]): never {
    const unnamed = typeof query === 'object' && query !== null && 'name' in query ? { ...query, name: undefined } : query;
    return (super.query as (...given: unknown[]) => never)(unnamed, ...rest);
  }
}

/** `pgbouncer=true` in the connection string says that a pooler in transaction mode stands between. */
export const clientFor = (url: string): typeof ResilientClient =>
  new URL(url).searchParams.get('pgbouncer') === 'true' ? PooledClient : ResilientClient;
