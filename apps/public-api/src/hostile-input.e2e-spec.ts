import { errorCatalogue } from '@tallystick/kernel';
import { contractOperations, type ContractOperation } from '../../../test/support/contract-watch.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { HOSTILE_BODIES, HOSTILE_TEXT, HOSTILE_VALUES, hostileBodies, pathOf } from '../../../test/support/hostile.js';
import { startTestApp, type TestApp } from '../../../test/support/http-app.js';
import { openIntegrator, type Integrator } from '../../../test/support/integrator.js';
import { PublicApiModule } from './public-api.module.js';

const INTERNALS = /\bat .+:\d+:\d+|node_modules|QueryFailedError|syntax error at/;
const ID = '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d';
const AT_ONCE = 16;

let database: TestDatabase;
let app: TestApp;
let me: Integrator;
let known: ReadonlySet<string>;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => PublicApiModule.forRoot(ground), {
    databaseUrl: database.appUrl,
    environment: { LOG_LEVEL: 'error' },
  });
  me = await openIntegrator(app);
  known = new Set(errorCatalogue().map(({ code }) => code));
});
afterAll(async () => {
  await app.close();
  await database.close();
});

interface Attack {
  readonly url: string;
  readonly payload?: string;
  readonly headers?: Record<string, string>;
}

/** Sends the attacks and answers those that got more out of the API than a refusal in the envelope. */
async function breaches(method: string, attacks: Attack[]): Promise<string[]> {
  const found: string[] = [];
  const send = async ({ url, payload, headers }: Attack): Promise<void> => {
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await app.nest.inject({ method: method as 'GET', url, payload, headers: { ...me.headers, ...type, ...headers } });
    const problem = problemOf(answer.statusCode, answer.body);
    if (problem) found.push(`${method} ${url.slice(0, 120)} ${payload?.slice(0, 200) ?? ''}: ${problem}`);
  };
  for (let at = 0; at < attacks.length; at += AT_ONCE) await Promise.all(attacks.slice(at, at + AT_ONCE).map(send));
  return found;
}

function problemOf(status: number, text: string): string | undefined {
  if (status >= 500) return `status ${status}: ${text}`;
  if (INTERNALS.test(text)) return `internals: ${text.slice(0, 300)}`;
  if (status < 400) return undefined;
  const { code, error, request_id } = JSON.parse(text) as { code?: string; error?: string; request_id?: string };
  if (!known.has(code ?? error ?? '')) return `an unknown code: ${text.slice(0, 300)}`;
  return code !== undefined && !request_id ? 'no request id' : undefined;
}

const operations = contractOperations('public-api');
const named = (list: ContractOperation[]) => list.map((operation) => [operation.operationId, operation] as const);

describe('any JSON to any operation: never a 500, never a stack, always the envelope (ERR-03, ERR-04, ERR-05)', () => {
  it.each(named(operations.filter(({ requestBody }) => requestBody)))('%s: bodies', async (_, operation) => {
    const { example } = operation.requestBody!.content['application/json']!;
    const bodies = [...HOSTILE_BODIES, ...[...hostileBodies(example, HOSTILE_VALUES)].map((body) => JSON.stringify(body))];
    const attacks = bodies.map((payload) => ({ url: pathOf(operation, ID), payload }));
    expect(await breaches(operation.method, attacks)).toEqual([]);
  });

  it.each(named(operations))('%s: paths and queries', async (_, operation) => {
    const names = ['hostile', ...(operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name)];
    const payload = operation.requestBody ? '{}' : undefined;
    const attacks = [
      ...HOSTILE_TEXT.map((text) => ({ url: pathOf(operation, text), payload })),
      ...names.flatMap((name) => HOSTILE_TEXT.map((text) => ({ url: `${pathOf(operation, ID)}?${name}=${text}`, payload }))),
      ...names.map((name) => ({ url: `${pathOf(operation, ID)}?${name}=a&${name}=b&__proto__=1&${name}[]=1`, payload })),
    ];
    expect(await breaches(operation.method, attacks)).toEqual([]);
  });

  it.each(named(operations))('%s: headers', async (_, operation) => {
    const url = pathOf(operation, ID);
    const headers: Record<string, string>[] = [
      { 'idempotency-key': 'x'.repeat(256) },
      { 'idempotency-key': '\t' },
      { 'x-request-id': `${'x'.repeat(5_000)}` },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${'a.'.repeat(2_000)}` },
      { authorization: 'Basic !!!' },
      { 'content-type': 'application/json; charset=utf-16' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-encoding': 'gzip' },
      { accept: 'application/xml' },
    ];
    const attacks = headers.map((given) => ({ url, payload: operation.requestBody && '{}', headers: given }));
    expect(await breaches(operation.method, attacks)).toEqual([]);
  });
});
