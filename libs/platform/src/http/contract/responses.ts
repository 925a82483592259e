import { DomainError, errorCatalogue, type ErrorDefinition } from '@tallystick/kernel';
import type { JsonSchema } from '../../registry/events.js';
import {
  IdempotencyInProgress,
  IdempotencyKeyReused,
  InternalError,
  NotFound,
  OpsTokenNeeded,
  ParseFailed,
  PayloadTooLarge,
  ServiceUnavailable,
  Throttled,
  UnsupportedMediaType,
  ValidationFailed,
} from '../../platform.errors.js';
import { OPS } from '../access.js';
import type { DialectEnvelope } from '../dialects/dialect.js';
import { SUCCESS_OF } from '../envelope.js';
import { STATUS_OF } from '../error-status.js';
import type { DeclaredEndpoint } from './endpoint.js';

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The headers of every answer. */
const HEADERS = {
  'X-Request-ID': { $ref: '#/components/headers/RequestId' },
  'X-Response-ID': { $ref: '#/components/headers/ResponseId' },
  'X-Response-Time': { $ref: '#/components/headers/ResponseTime' },
};

/** Whether requests of the operation count against rate limits: operators have none. */
const isLimited = ({ limit, permission }: DeclaredEndpoint): boolean => limit !== 'none' && permission !== OPS;

/** What answers say of the limits. */
const LIMIT_HEADERS = {
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
  RateLimit: { $ref: '#/components/headers/RateLimit' },
};

const META = { page: ['PageMeta'], cursor: ['CursorMeta'], either: ['PageWithCursorMeta', 'CursorMeta'] } as const;

/** `meta` of an answer: a list says where it stands. */
function metaSchema({ paging }: DeclaredEndpoint): JsonSchema {
  if (paging === undefined) return { type: 'object', maxProperties: 0 };
  const [first, ...others] = META[paging].map(ref);
  return others.length > 0 ? { oneOf: [first, ...others] } : first!;
}

function dataSchema({ data }: DeclaredEndpoint): JsonSchema {
  if (data === undefined) return { type: 'null' };
  return 'name' in data ? ref(data.name) : { type: 'array', items: ref(data[0].name) };
}

/** The schema of a success in the envelope (A.1.1). */
export const successSchema = (endpoint: DeclaredEndpoint, status: number): JsonSchema => ({
  type: 'object',
  properties: {
    success: { type: 'boolean', const: true },
    status_code: { type: 'integer', const: status },
    request_id: { type: 'string', minLength: 8, maxLength: 64, example: '8b2cb7f1-9b0c-4b1d-9f30-2f7d3b8c1234' },
    response_id: { type: 'string', format: 'uuid' },
    message: { type: 'string', example: SUCCESS_OF[status]?.message },
    code: { type: 'string', example: SUCCESS_OF[status]?.code },
    data: dataSchema(endpoint),
    meta: metaSchema(endpoint),
  },
  required: ['success', 'status_code', 'request_id', 'response_id', 'message', 'code', 'data', 'meta'],
  additionalProperties: false,
});

/** What an operation may refuse: what it declares, and what everything of its kind may. */
export function refusalsOf(endpoint: DeclaredEndpoint, method: string, path: string): ErrorDefinition[] {
  const all = [
    ValidationFailed,
    ParseFailed,
    InternalError,
    ServiceUnavailable,
    ...(isLimited(endpoint) ? [Throttled] : []),
    ...(endpoint.permission || endpoint.known ? guardRefusals(endpoint, method) : []),
    ...(path.includes('{') ? [NotFound] : []),
    ...(method === 'get' ? [] : [PayloadTooLarge, UnsupportedMediaType]),
    ...(endpoint.idempotent ? [IdempotencyInProgress, IdempotencyKeyReused] : []),
    ...(endpoint.errors ?? []),
  ];
  return [...new Map(all.map((error) => [error.code, error])).values()];
}

/** What the guard in front of a permission refuses; identity declares these codes (A.1.2). */
const GUARD_CODES: readonly string[] = [
  'not_authenticated',
  'authentication_failed',
  'token_expired',
  'permission_denied',
  'network_not_allowed',
];

function guardRefusals({ permission, beforeMfa }: DeclaredEndpoint, method: string): ErrorDefinition[] {
  if (permission === OPS) return [OpsTokenNeeded];
  const codes = [...GUARD_CODES, ...(beforeMfa ? [] : ['mfa_setup_required']), ...(method === 'get' ? [] : ['csrf_failed'])];
  return errorCatalogue().filter(({ code }) => codes.includes(code));
}

const WHEN: Readonly<Record<number, object>> = {
  401: { 'WWW-Authenticate': { $ref: '#/components/headers/WwwAuthenticate' } },
  429: { ...LIMIT_HEADERS, 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
  503: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
};

/** The answers to refused requests, by status: which codes, and what each means. */
export function errorResponses(refusals: readonly ErrorDefinition[], body: JsonSchema | undefined): Record<string, object> {
  const statuses = [...new Set(refusals.map(({ kind }) => STATUS_OF[kind]))];
  return Object.fromEntries(
    statuses.map((status) => {
      const errors = refusals.filter(({ kind }) => STATUS_OF[kind] === status);
      const codes = errors.map(({ code }) => code).sort();
      const schema = body ?? {
        allOf: [ref('Error')],
        type: 'object',
        properties: { status_code: { const: status }, code: { enum: codes } },
      };
      const description = errors
        .map(({ code, message }) => `\`${code}\`: ${message}.`)
        .sort()
        .join(' ');
      const content = { 'application/json': { schema, ...(!body && { example: errorExample(status, errors[0]!) }) } };
      return [status, { description, headers: { ...HEADERS, ...WHEN[status] }, content }];
    }),
  );
}

/** The answers of a dialect to refused requests: its own statuses and bodies. */
export function dialectRefusals(refusals: readonly ErrorDefinition[], envelope: DialectEnvelope): Record<string, object> {
  const told = refusals.map((definition) => {
    const refusal = new DomainError(definition);
    return { refusal, ...envelope.refusal(EXAMPLE_IDS, refusal) };
  });
  return Object.fromEntries(
    [...new Set(told.map(({ status }) => status))].map((status) => {
      const same = told.filter((one) => one.status === status);
      const description = [...new Set(same.map(({ refusal, text }) => `${envelope.codeIn(text)}: ${refusal.message}.`))].sort().join(' ');
      const schema = envelope.refusalSchema(
        same.map(({ refusal }) => refusal),
        status,
      );
      const content = { 'application/json': { schema, example: JSON.parse(same[0]!.text) as unknown } };
      return [status, { description, headers: { ...HEADERS, ...WHEN[status] }, content }];
    }),
  );
}

const EXAMPLE_IDS = { requestId: '8b2cb7f1-9b0c-4b1d-9f30-2f7d3b8c1234', responseId: '0f0e7a52-6d0c-4a54-8d0c-5d1f6f1a9b11' };

const errorExample = (status: number, { code, message }: ErrorDefinition): object => ({
  success: false,
  status_code: status,
  request_id: EXAMPLE_IDS.requestId,
  response_id: EXAMPLE_IDS.responseId,
  message,
  code,
  errors: {},
  data: null,
});

/** The answer to a success. */
export function successResponse(
  endpoint: DeclaredEndpoint,
  example: (schema: JsonSchema) => unknown,
  envelope?: DialectEnvelope,
): Record<string, object> {
  const { status = 200, unenveloped, answer, data, closed } = endpoint;
  if (closed) return {};
  const description = endpoint.summary;
  const usual = isLimited(endpoint) ? { ...HEADERS, ...LIMIT_HEADERS } : HEADERS;
  if (status === 204) return { 204: { description, headers: usual } };
  const schema =
    envelope && !unenveloped
      ? envelope.successSchema(answer?.schema ?? dataSchema(endpoint), status)
      : unenveloped
        ? (answer?.schema ?? (data ? dataSchema(endpoint) : {}))
        : successSchema(endpoint, status);
  const headers = endpoint.idempotent ? { ...usual, 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } } : usual;
  const types = [answer?.type ?? 'application/json'].flat();
  const content = Object.fromEntries(types.map((type) => [type, { schema, example: example(schema) }]));
  return { [status]: { description, headers, content }, ...acceptedResponse(endpoint, headers, example) };
}

/** The answer of an operation that has only taken a request in. */
function acceptedResponse(endpoint: DeclaredEndpoint, headers: object, example: (schema: JsonSchema) => unknown): Record<string, object> {
  if (!endpoint.accepted) return {};
  const schema = successSchema({ ...endpoint, data: endpoint.accepted }, 202);
  return {
    202: {
      description: 'Taken in: it waits for a decision.',
      headers,
      content: { 'application/json': { schema, example: example(schema) } },
    },
  };
}
