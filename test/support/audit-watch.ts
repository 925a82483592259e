import type { AppName } from '@tallystick/platform';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { AUDITED } from './audited-operations.js';
import { contractOperations, contractsOf } from './contract-watch.js';

interface Success {
  readonly operationId: string;
  readonly requestId: string;
}

/**
 * Counts, for every success of an operation that is to leave a record in the audit trail, whichever test asks for it, that it left exactly
 * one, of the act that `AUDITED` names (AUD-01). What is wrong fails the test file when the app is closed.
 */
export class AuditWatch {
  private readonly successes: Success[] = [];
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly app: AppName,
    private readonly databaseUrl: string,
  ) {}

  watch(instance: FastifyInstance): void {
    const all = contractsOf(this.app).flatMap(contractOperations);
    const operations = new Map(all.map(({ method, path, operationId }) => [`${method} ${path}`, operationId]));
    instance.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions?.url?.replace(/:([A-Za-z_]+)/g, '{$1}');
      const operationId = operations.get(`${request.method} ${route}`);
      this.seen.set(request.id, (this.seen.get(request.id) ?? 0) + 1);
      const replayed = reply.getHeader('idempotent-replayed') === 'true';
      const { dialectPlace, dialectCode } = request;
      // A dialect may refuse with 200: its code says so.
      const succeeded = reply.statusCode < 300 && (!dialectPlace || dialectCode === dialectPlace.dialect.successCode);
      if (operationId && AUDITED[operationId] && succeeded && !replayed) this.successes.push({ operationId, requestId: request.id });
      done();
    });
  }

  /** Throws when a success left no record, or more than one. */
  async finish(): Promise<void> {
    // Requests to which a test gave one name cannot be told apart.
    const sure = this.successes.filter(({ requestId }) => this.seen.get(requestId) === 1);
    if (sure.length === 0) return;
    const acts = await this.actsOf(sure.map(({ requestId }) => requestId));
    const wrong = sure.flatMap(({ operationId, requestId }) => {
      const expected = AUDITED[operationId]!;
      const found = (acts.get(requestId) ?? []).filter((act) => !expected.besides?.includes(act));
      const right = found.length === 0 ? expected.sometimes === true : found.length === 1 && expected.acts.includes(found[0]!);
      return right ? [] : [`${operationId}: expected one record of ${expected.acts.join(' or ')}, found ${found.join(', ') || 'none'}`];
    });
    if (wrong.length > 0) throw new Error(`the audit trail is not what the operations promise:\n${[...new Set(wrong)].join('\n')}`);
  }

  /** As superuser, past row-level security. */
  private async actsOf(requestIds: readonly string[]): Promise<Map<string, string[]>> {
    const url = new URL(process.env.TEST_PG_URL!);
    url.pathname = new URL(this.databaseUrl).pathname;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      const { rows } = await client.query<{ request_id: string; act: string }>(
        `select request_id, act from audit_record where request_id = any ($1)
         union all select request_id, act from platform_audit_record where request_id = any ($1)`,
        [requestIds],
      );
      const acts = new Map<string, string[]>();
      for (const { request_id, act } of rows) acts.set(request_id, [...(acts.get(request_id) ?? []), act]);
      return acts;
    } finally {
      await client.end();
    }
  }
}
