import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { AppName } from '@tallystick/platform';
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

/** The operations of the committed contract of an app. */
export function contractOperations(app: AppName): ContractOperation[] {
  const { paths } = readContract(app) as unknown as { paths: Record<string, Record<string, Omit<ContractOperation, 'method' | 'path'>>> };
  return Object.entries(paths).flatMap(([url, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path: url })),
  );
}

const readContract = (app: AppName): object => JSON.parse(readFileSync(`contracts/${app}.json`, 'utf8')) as object;

/**
 * Holds every answer of a test app against the committed contract, whichever way a test asks, and notes which operation gave which
 * status. What does not fit fails the test file when the app is closed.
 */
export class ContractWatch {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  private readonly operations: ReadonlyMap<string, ContractOperation>;
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly notes: string[] = [];
  private readonly misfits = new Set<string>();

  constructor(private readonly app: AppName) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema(readContract(app), 'contract');
    this.operations = new Map(contractOperations(app).map((operation) => [`${operation.method} ${operation.path}`, operation]));
  }

  watch(instance: FastifyInstance): void {
    instance.addHook('onSend', (request, reply, payload, done) => {
      this.look(request, reply, payload);
      done(null, payload);
    });
  }

  /** Notes what was seen; throws when an answer did not fit. */
  finish(): void {
    if (this.misfits.size > 0) throw new Error(`answers that contracts/${this.app}.json does not allow:\n${[...this.misfits].join('\n')}`);
    if (this.notes.length === 0) return;
    mkdirSync(NOTES, { recursive: true });
    appendFileSync(path.join(NOTES, `${process.pid}.txt`), this.notes.join(''));
  }

  private look(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const route = request.is404 ? undefined : request.routeOptions.url?.replace(/:([A-Za-z_]+)/g, '{$1}');
    if (PAGES.some((pages) => route?.startsWith(pages))) return;
    const operation = route && this.operations.get(`${request.method} ${route}`);
    const status = String(reply.statusCode);
    if (!operation && route) return void this.misfits.add(`${request.method} ${route} is not there`);
    if (!operation) return this.fits('#/components/schemas/Error', payload, `${request.method} ${status} on an unknown path`);
    this.notes.push(`${this.app} ${operation.operationId} ${status}\n`);
    const name = `${operation.operationId} ${status}`;
    const response = operation.responses[status] as { $ref?: string; content?: Record<string, object> } | undefined;
    if (!response) return void this.misfits.add(`${name}: this status is not there; the answer was ${String(payload).slice(0, 300)}`);
    const type = String(reply.getHeader('content-type') ?? '').split(';')[0]!;
    const base = response.$ref ?? `#/paths/${pointer(operation.path)}/${operation.method.toLowerCase()}/responses/${status}`;
    const content = response.$ref ? { 'application/json': {} } : response.content;
    if (!content) return void (payload && this.misfits.add(`${name}: a body where there is none`));
    if (!content[type]) return void this.misfits.add(`${name}: the type ${type} is not there`);
    this.fits(`${base}/content/${pointer(type)}/schema`, payload, name);
  }

  private fits(schema: string, payload: unknown, name: string): void {
    const validate = this.compiled.get(schema) ?? this.ajv.compile({ $ref: `contract${schema}` });
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
