import type { AppName } from '@tallystick/platform';
import { contractOperations, contractsOf, type ContractOperation } from './contract-watch.js';
import { HOSTILE_BODIES, HOSTILE_TEXT, HOSTILE_VALUES, hostileBodies, pathOf } from './hostile.js';
import type { TestApp } from './http-app.js';
import { surfaceOf, type Surface } from './surface.js';

const INTERNALS = /\bat [^"\n]+:\d+:\d+|node_modules|QueryFailedError|syntax error at/;
const ID = '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d';
const AT_ONCE = 16;

interface Attack {
  readonly url: string;
  readonly payload?: string;
  readonly headers?: Record<string, string>;
}

/** The app under attack, and the credential that lets the attacks past the guard. */
export interface Target {
  readonly app: TestApp;
  readonly headers: Readonly<Record<string, string>>;
}

/** Tests that any JSON to any operation of an app gives never a 500, never a stack, always the envelope (ERR-03, ERR-04, ERR-05). */
export function describeHostileInput(name: AppName, target: () => Target): void {
  const operations = contractsOf(name).flatMap(contractOperations);
  const named = (list: ContractOperation[]) => list.map((operation) => [operation.operationId, operation] as const);

  it.each(named(operations.filter(({ requestBody }) => requestBody)))('%s: bodies (ERR-03, ERR-04)', async (_, operation) => {
    const example = operation.requestBody!.content['application/json']?.example ?? {};
    const bodies = [...HOSTILE_BODIES, ...[...hostileBodies(example, HOSTILE_VALUES)].map((body) => JSON.stringify(body))];
    const attacks = bodies.map((payload) => ({ url: pathOf(operation, ID), payload }));
    expect(await breaches(target(), operation, attacks)).toEqual([]);
  });

  it.each(named(operations))('%s: paths and queries (ERR-03, ERR-04)', async (_, operation) => {
    const names = [
      'hostile',
      ...(operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name),
    ];
    const payload = operation.requestBody ? '{}' : undefined;
    const attacks = [
      ...HOSTILE_TEXT.map((text) => ({ url: pathOf(operation, text), payload })),
      ...names.flatMap((query) => HOSTILE_TEXT.map((text) => ({ url: `${pathOf(operation, ID)}?${query}=${text}`, payload }))),
      ...names.map((query) => ({ url: `${pathOf(operation, ID)}?${query}=a&${query}=b&__proto__=1&${query}[]=1`, payload })),
    ];
    expect(await breaches(target(), operation, attacks)).toEqual([]);
  });

  it.each(named(operations))('%s: headers (ERR-03, ERR-04)', async (_, operation) => {
    const attacks = HOSTILE_HEADERS.map((headers) => ({ url: pathOf(operation, ID), payload: operation.requestBody && '{}', headers }));
    expect(await breaches(target(), operation, attacks)).toEqual([]);
  });
}

const HOSTILE_HEADERS: readonly Record<string, string>[] = [
  { 'idempotency-key': 'x'.repeat(256) },
  { 'idempotency-key': '\t' },
  { 'x-request-id': 'x'.repeat(5_000) },
  { authorization: 'Bearer' },
  { authorization: `Bearer ${'a.'.repeat(2_000)}` },
  { authorization: 'Basic !!!' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-encoding': 'gzip' },
  { accept: 'application/xml' },
];

/** Sends the attacks and answers those that got more out of the app than a refusal in the envelope. */
async function breaches({ app, headers }: Target, operation: ContractOperation, attacks: Attack[]): Promise<string[]> {
  const { method } = operation;
  const surface = surfaceOf(app.ground.app, operation);
  const found: string[] = [];
  const send = async ({ url, payload, headers: hostile }: Attack): Promise<void> => {
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await app.nest.inject({ method: method as 'GET', url, payload, headers: { ...headers, ...type, ...hostile } });
    const problem = problemOf(answer, surface);
    if (problem) found.push(`${method} ${url.slice(0, 120)} ${payload?.slice(0, 200) ?? ''}: ${problem}`);
  };
  for (let at = 0; at < attacks.length; at += AT_ONCE) await Promise.all(attacks.slice(at, at + AT_ONCE).map(send));
  return found;
}

function problemOf(answer: { readonly statusCode: number; readonly body: string }, { isKnown }: Surface): string | undefined {
  const { statusCode: status, body: text } = answer;
  if (status >= 500) return `status ${status}: ${text}`;
  if (INTERNALS.test(text)) return `internals: ${text.slice(0, 300)}`;
  return status < 400 || isKnown(answer) ? undefined : `an unknown code, or no request id: ${text.slice(0, 300)}`;
}
