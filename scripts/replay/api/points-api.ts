import { AccessTokens, type Credentials } from './access-token.js';
import type { BatchItem } from '../log/batches.js';
import { exchange, refusal, type Answer } from './exchange.js';
import { ReplayFailure } from '../failure.js';
import type { Patience } from './patience.js';

/** A batch as the API tells it: its counts, the points it issued in all, and a verdict for each item. */
export interface BatchReport {
  readonly processed: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly points: number;
  readonly items: readonly {
    readonly id: string;
    readonly status: string;
    readonly member_id: string | null;
    readonly code?: string;
    readonly reason?: string;
  }[];
}

/** What `GET /ledger/reconciliation` answers. */
export interface Reconciliation {
  readonly checked_at?: string;
  readonly balanced: boolean;
  readonly differences: readonly unknown[];
}

/** The calls of an integrator that a replay makes. Each is repeated with patience; what the API refuses is a `ReplayFailure` in its words. */
export class PointsApi {
  private readonly tokens: AccessTokens;

  constructor(
    private readonly credentials: Credentials,
    private readonly patience: Patience,
  ) {
    this.tokens = new AccessTokens(credentials);
  }

  /** Gets the first token, so that bad credentials are told before anything else is done. */
  async signIn(): Promise<void> {
    await this.patience.persist(() => this.tokens.current());
  }

  /** Posts purchases under a request id; the same id with the same items may be posted any number of times. */
  async postBatch(requestId: string, items: readonly BatchItem[], programId?: string): Promise<void> {
    const body = { request_id: requestId, ...(programId === undefined ? {} : { program_id: programId }), transactions: items };
    const answer = await this.call('POST', '/points/batches', JSON.stringify(body));
    const report = dataOf(`The batch ${requestId}`, answer) as { request_id?: unknown };
    if (String(report.request_id) !== requestId) throw unexpected(`the batch ${requestId}`);
  }

  /** A batch in its present state, or undefined when the API does not know it. */
  async findBatch(requestId: string): Promise<BatchReport | undefined> {
    const answer = await this.call('GET', `/points/batches/${encodeURIComponent(requestId)}`);
    if (answer.status === 404) return undefined;
    const report = dataOf(`Reading the batch ${requestId}`, answer) as Partial<BatchReport>;
    const counts = [report.processed, report.accepted, report.duplicates, report.rejected, report.points];
    if (!counts.every((count) => typeof count === 'number') || !Array.isArray(report.items)) throw unexpected(`the batch ${requestId}`);
    return report as BatchReport;
  }

  /** Whether the books are whole. */
  async reconciliation(): Promise<Reconciliation> {
    const found = dataOf('Reading the reconciliation', await this.call('GET', '/ledger/reconciliation')) as Partial<Reconciliation>;
    if (typeof found.balanced !== 'boolean') throw unexpected('the reconciliation');
    return { checked_at: found.checked_at, balanced: found.balanced, differences: found.differences ?? [] };
  }

  /** A token that expired early or whose key was retired is renewed once; a second 401 stands. */
  private call(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> {
    const send = (token: string): Promise<Answer> =>
      exchange(`${this.credentials.apiUrl}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body,
      });
    return this.patience.persist(async () => {
      const token = await this.tokens.current();
      const answer = await send(token);
      if (answer.status !== 401) return answer;
      this.tokens.discard(token);
      return send(await this.tokens.current());
    });
  }
}

function dataOf(what: string, answer: Answer): object {
  if (answer.status !== 200) throw refusal(what, answer);
  const { data } = (answer.body ?? {}) as { data?: unknown };
  if (typeof data !== 'object' || data === null) throw unexpected(what.toLowerCase());
  return data;
}

const unexpected = (what: string): ReplayFailure =>
  new ReplayFailure(`The API answered something else than expected for ${what}; is --api-url a Tallystick public API of this version?`);
