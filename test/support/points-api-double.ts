import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do with a request instead of answering it, or after having done its work without saying so. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | 'reset'
  | 'reset-after-commit'
  | 'hang-after-commit';

interface Item {
  id: string;
  type: string;
  member_reference: string;
  amount: string;
  currency: string;
  occurred_at: string;
  original_id?: string;
}
interface Batch {
  request_id: string;
  program_id?: string;
  transactions: Item[];
}
interface Told {
  body: string;
  report: object;
}

/**
 * The remote API at the border of an integrator's program: answers as `native.md` says, with one point a currency unit, and breaks on demand.
 * Members whose reference begins with `blocked`, and refunds of purchases it does not know, are rejected.
 */
export class PointsApiDouble {
  readonly batches = new Map<string, Told>();
  readonly items = new Map<string, string>();
  readonly members = new Set<string>();
  /** Request ids in the order their work was done, replays not counted. */
  readonly done: string[] = [];
  readonly posts: string[] = [];
  readonly tokens: string[] = [];
  /** Tokens that are accepted, with the moment they expire. */
  readonly valid = new Map<string, number>();
  unauthorized = 0;
  replays = 0;
  points = 0;
  atOnce = 0;
  mostAtOnce = 0;
  balanced = true;
  expiresIn = 3600;
  scope = 'members:write points:read points:write ledger:read';
  programIds = new Set<string | undefined>();
  delayMs = 0;
  /** Asked before each request; `path` is without `/api/v1`. */
  fault: (method: string, path: string) => Fault | undefined = () => undefined;
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await new Promise<string>((resolve) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
    });
    const path = (request.url ?? '').replace(/^\/api\/v1/, '');
    const fault = this.fault(request.method ?? '', path);
    if (fault === 'reset') return void request.socket.destroy();
    if (typeof fault === 'object') return answer(response, fault.status, fault.body ?? {}, fault.headers);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    const [status, told] = this.route(request, path, body);
    this.atOnce--;
    if (fault === 'reset-after-commit') return void request.socket.destroy();
    if (fault !== 'hang-after-commit') answer(response, status, told);
  }

  private route(request: IncomingMessage, path: string, body: string): [number, unknown] {
    if (path === '/oauth/token') return this.token(request);
    const bearer = (request.headers.authorization ?? '').replace('Bearer ', '');
    if ((this.valid.get(bearer) ?? 0) < Date.now()) {
      this.unauthorized++;
      return [401, refusal(401, 'token_expired', 'The token has expired')];
    }
    if (request.method === 'POST' && path === '/points/batches') return this.post(JSON.parse(body) as Batch, body);
    if (path.startsWith('/points/batches/')) {
      const told = this.batches.get(decodeURIComponent(path.slice('/points/batches/'.length)));
      return told ? [200, enveloped(told.report)] : [404, refusal(404, 'not_found', 'Not found')];
    }
    const differences = this.balanced ? [] : [{ check: 'balance' }];
    return [200, enveloped({ checked_at: '2026-01-01T00:00:00Z', balanced: this.balanced, differences })];
  }

  private token(request: IncomingMessage): [number, unknown] {
    const basic = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    if (basic !== 'client:s%3Acret')
      return [401, { error: 'invalid_client', error_description: 'The client is unknown or its secret is wrong' }];
    const token = `token-${this.tokens.length + 1}`;
    this.tokens.push(token);
    this.valid.set(token, Date.now() + this.expiresIn * 1000);
    return [200, { access_token: token, token_type: 'Bearer', expires_in: this.expiresIn, scope: this.scope }];
  }

  private post(batch: Batch, body: string): [number, unknown] {
    this.posts.push(batch.request_id);
    this.programIds.add(batch.program_id);
    const told = this.batches.get(batch.request_id);
    if (told && told.body !== body) return [422, refusal(422, 'idempotency_key_reused', 'This key was used before with another content')];
    if (told) {
      this.replays++;
      return [200, enveloped(told.report)];
    }
    const items = batch.transactions.map((item) => this.judge(item));
    const sum = items.reduce((total, item) => total + item.points, 0);
    const having = (status: string): number => items.filter((item) => item.status === status).length;
    const counts = { processed: items.length, accepted: having('accepted'), duplicates: having('duplicate'), rejected: having('rejected') };
    const report = { request_id: batch.request_id, ...counts, points: sum, items };
    this.points += sum;
    this.batches.set(batch.request_id, { body, report });
    this.done.push(batch.request_id);
    return [200, enveloped(report)];
  }

  private judge(item: Item): { id: string; status: string; points: number; member_id: string | null; code?: string; reason?: string } {
    const { id, member_reference: reference } = item;
    const member_id = `member of ${reference}`;
    if (this.items.has(id)) return { id, status: 'duplicate', points: 0, member_id };
    if (reference.startsWith('blocked'))
      return { id, status: 'rejected', points: 0, member_id: null, code: 'invalid_state', reason: 'The member is blocked' };
    if (item.type === 'refund' && !this.items.has(item.original_id ?? '')) {
      return { id, status: 'rejected', points: 0, member_id: null, code: 'not_found', reason: 'The original purchase is not known' };
    }
    this.items.set(id, JSON.stringify(item));
    this.members.add(reference);
    const points = Math.floor(Number(item.amount));
    return { id, status: 'accepted', points: item.type === 'refund' ? -points : points, member_id };
  }
}

const enveloped = (data: unknown): object => ({ success: true, status_code: 200, code: 'success', message: 'Success', data, meta: {} });
const refusal = (status: number, code: string, message: string): object => ({
  success: false,
  status_code: status,
  code,
  message,
  errors: {},
  data: null,
});

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
