import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { AppName, DialectPlace } from '@tallystick/platform';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where the calls of a test run are noted, for `scripts/contract-coverage.mjs`. */
const NOTES = 'coverage/contract';

/** Pages for people, which packages bring: no contract describes them. */
const PAGES = ['/api/docs', '/ops/queues'];

export interface ContractOperation {
  readonly operationId: string;
  readonly method: string;
  /** The path with `{name}` for parameters. */
  readonly path: string;
  readonly responses: Readonly<Record<string, object>>;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>> };
}

/** The names of the committed contracts of an app: of its native surface first, then of its dialects. */
export const contractsOf = (app: AppName): string[] => [
  app,
  ...readdirSync('contracts')
    .filter((file) => file.startsWith(`${app}.`) && file !== `${app}.json`)
    .map((file) => file.replace(/\.json$/, ''))
    .sort(),
];

/** The operations of a committed contract: of an app's native surface by its name, of a dialect as `public-api.loyalife`. */
export function contractOperations(contract: string): ContractOperation[] {
  const { paths } = readContract(contract) as unknown as {
    paths: Record<string, Record<string, Omit<ContractOperation, 'method' | 'path'>>>;
  };
  return Object.entries(paths).flatMap(([url, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path: url })),
  );
}

const readContract = (contract: string): object => JSON.parse(readFileSync(`contracts/${contract}.json`, 'utf8')) as object;

/** An operation, and the contract in which it stands. */
interface Placed {
  readonly contract: string;
  readonly operation: ContractOperation;
}

/**
 * Holds every answer of a test app against the committed contracts, whichever way a test asks, and notes which operation gave which
 * status. What does not fit fails the test file when the app is closed.
 */
export class ContractWatch {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  private readonly operations: ReadonlyMap<string, Placed>;
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly notes: string[] = [];
  private readonly misfits = new Set<string>();

  constructor(private readonly app: AppName) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    for (const contract of contractsOf(app)) this.ajv.addSchema(readContract(contract), contract);
    this.operations = new Map(
      contractsOf(app).flatMap((contract) =>
        contractOperations(contract).map((operation) => [`${operation.method} ${operation.path}`, { contract, operation }] as const),
      ),
    );
  }

  watch(instance: FastifyInstance): void {
    instance.addHook('onSend', (request, reply, payload, done) => {
      this.look(request, reply, payload);
      done(null, payload);
    });
  }

  /** Notes what was seen; throws when an answer did not fit. */
  finish(): void {
    if (this.misfits.size > 0) throw new Error(`answers that the contracts of ${this.app} do not allow:\n${[...this.misfits].join('\n')}`);
    if (this.notes.length === 0) return;
    mkdirSync(NOTES, { recursive: true });
    appendFileSync(path.join(NOTES, `${process.pid}.txt`), this.notes.join(''));
  }

  private look(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const route = request.is404 ? undefined : request.routeOptions.url?.replace(/:([A-Za-z_]+)/g, '{$1}');
    if (PAGES.some((pages) => route?.startsWith(pages))) return;
    const placed = route && this.operations.get(`${request.method} ${route}`);
    const status = String(reply.statusCode);
    if (!placed && route) return void this.misfits.add(`${request.method} ${route} is not there`);
    const unknown = `${request.method} ${status} on an unknown path`;
    if (!placed && request.dialectPlace) return this.fitsDialect(request.dialectPlace, payload, unknown);
    if (!placed) return this.fits(`${this.app}#/components/schemas/Error`, payload, unknown);
    const { contract, operation } = placed;
    this.notes.push(`${contract} ${operation.operationId} ${this.outcomeOf(request, payload) ?? status}\n`);
    const name = `${operation.operationId} ${status}`;
    const response = operation.responses[status] as { $ref?: string; content?: Record<string, object> } | undefined;
    if (!response) return void this.misfits.add(`${name}: this status is not there; the answer was ${String(payload).slice(0, 300)}`);
    const type = String(reply.getHeader('content-type') ?? '').split(';')[0]!;
    const base = `${contract}${response.$ref ?? `#/paths/${pointer(operation.path)}/${operation.method.toLowerCase()}/responses/${status}`}`;
    const content = response.$ref ? { 'application/json': {} } : response.content;
    if (!content) return void (payload && this.misfits.add(`${name}: a body where there is none`));
    if (!content[type]) return void this.misfits.add(`${name}: the type ${type} is not there`);
    this.fits(`${base}/content/${pointer(type)}/schema`, payload, name);
  }

  /** A dialect that refuses with 200 says so in its envelope: for the notes that is a refusal. */
  private outcomeOf({ dialectPlace }: FastifyRequest, payload: unknown): string | undefined {
    if (!dialectPlace || typeof payload !== 'string') return undefined;
    const code = dialectPlace.paths.envelope.codeIn(payload);
    return code === undefined ? undefined : code === dialectPlace.dialect.successCode ? '200' : '400';
  }

  private fitsDialect({ dialect, paths }: DialectPlace, payload: unknown, name: string): void {
    const code = paths.envelope.codeIn(String(payload));
    if (code === undefined || code === dialect.successCode || !dialect.codes.includes(code))
      this.misfits.add(`${name}: not a refusal of ${dialect.name}: ${String(payload).slice(0, 300)}`);
  }

  private fits(schema: string, payload: unknown, name: string): void {
    const validate = this.compiled.get(schema) ?? this.ajv.compile({ $ref: schema });
    this.compiled.set(schema, validate);
    if (payload instanceof Readable) return; // its bytes are not there yet, and looking at them would take them away
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return void this.misfits.add(`${name}: no body`);
    const text = payload.toString();
    const value: unknown = schema.includes('json') || schema.includes('components') ? JSON.parse(text) : text;
    if (validate(value)) return;
    const reasons = (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
    this.misfits.add(`${name}: ${reasons.slice(0, 5).join('; ')}`);
  }
}

const pointer = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
