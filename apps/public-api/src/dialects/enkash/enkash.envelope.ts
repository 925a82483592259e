import type { DomainError, ErrorKind } from '@tallystick/kernel';
import { NotFound, STATUS_OF, type DialectEnvelope, type JsonSchema } from '@tallystick/platform';

/** Failures of the business go out with 200 (A.5); what HTTP itself is about, and what a retry may cure, keeps its status. */
const WITH_200: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['conflict', 'mismatch', 'locked']);

/** What a request names and is not there is a failure of the business; a path that is not there is not. */
const statusOf = ({ definition: { kind, code }, details }: DomainError): number =>
  WITH_200.has(kind) || (kind === 'missing' && (code !== NotFound.code || details.errors !== undefined)) ? 200 : STATUS_OF[kind];

/** There is no place for errors by field, so the message names them. */
export function messageOf({ message, details: { errors = {} } }: DomainError): string {
  const fields = Object.entries(errors).map(([field, what]) => `${field}: ${[what].flat().join(' ')}`);
  return fields.length === 0 ? message : `${message}. ${fields.join('; ')}`.slice(0, 2_000);
}

/** An envelope of a number, a message and a payload, which a failure fills with its message again. */
const envelope = (code: string, message: string): DialectEnvelope => {
  const schema = (value: number, said: JsonSchema, payload: JsonSchema): JsonSchema => ({
    type: 'object',
    properties: { payload, [code]: { type: 'integer', const: value }, [message]: said },
    required: ['payload', code, message],
    additionalProperties: false,
  });
  const found = new RegExp(`"${code}":([01])[,}]`);
  return {
    success: (_, { data }) => JSON.stringify({ payload: data ?? null, [code]: 0, [message]: 'Success' }),
    refusal(_, refusal) {
      const said = messageOf(refusal);
      return { status: statusOf(refusal), text: JSON.stringify({ [code]: 1, [message]: said, payload: said }) };
    },
    successSchema: (data) => schema(0, { type: 'string', const: 'Success' }, data),
    refusalSchema: () => schema(1, { type: 'string' }, { type: 'string' }),
    // A refusal has it in front, a success at its end: what a payload holds is not looked at.
    codeIn: (text) =>
      text.startsWith(`{"${code}":1,`) ? '1' : text.endsWith(`"${code}":0,"${message}":"Success"}`) ? '0' : found.exec(text)?.[1],
  };
};

/** Of most calls. */
export const RESPONSE_ENVELOPE = envelope('response_code', 'response_message');

/** Of the allocation of points. */
export const CODE_ENVELOPE = envelope('code', 'message');

/** Codes of RFC 6749 that the token call answers with. */
export const OAUTH_CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unsupported_grant_type',
  'temporarily_unavailable',
  'server_error',
];

const oauthCode = ({ definition: { code, kind } }: DomainError): string => {
  if (OAUTH_CODES.includes(code)) return code;
  if (code === 'network_not_allowed' || code === 'unauthorized_client') return 'invalid_client';
  return kind === 'internal'
    ? 'server_error'
    : kind === 'unavailable' || kind === 'throttled'
      ? 'temporarily_unavailable'
      : 'invalid_request';
};

/** Of the token call, which speaks OAuth. */
export const OAUTH_ENVELOPE: DialectEnvelope = {
  success: (_, { data }) => JSON.stringify(data),
  refusal: (_, refusal) => ({
    status: STATUS_OF[refusal.definition.kind],
    text: JSON.stringify({ error: oauthCode(refusal), error_description: refusal.message }),
  }),
  successSchema: (data) => data,
  refusalSchema: (refusals) => ({
    type: 'object',
    properties: { error: { type: 'string', enum: [...new Set(refusals.map(oauthCode))].sort() }, error_description: { type: 'string' } },
    required: ['error', 'error_description'],
    additionalProperties: false,
  }),
  codeIn: (text) => /^\{"error":"(\w+)"/.exec(text)?.[1] ?? (text.startsWith('{"access_token":') ? '0' : undefined),
};
