import type { DomainError } from '@tallystick/kernel';
import type { DialectEnvelope, JsonSchema, Success } from '@tallystick/platform';
import { nameOf } from './reworth.codes.js';

/** What stands beside the data of a success: before it, as `message`, and after it, as pages. */
export interface BesideData {
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** There is no place for errors by field, so the message names them. */
function messageOf({ message, details: { errors = {} } }: DomainError): string {
  const fields = Object.entries(errors).map(([field, what]) => `${field}: ${[what].flat().join(' ')}`);
  return fields.length === 0 ? message : `${message}. ${fields.join('; ')}`.slice(0, 2_000);
}

type Schemas = Readonly<Record<string, JsonSchema>>;

/** The schemas of what stands beside the data; `instead` of what stands before it in an answer of the other kind. */
interface Beside {
  readonly before?: Schemas;
  readonly after?: Schemas;
  readonly instead?: Schemas;
  /** Names of those that are not always there. */
  readonly optional?: readonly string[];
}

/** The schema of an answer's data, with those of what stands beside it. */
export const answerOf = (data: JsonSchema, beside: Beside = {}): { schema: JsonSchema } => ({ schema: { ...data, 'x-beside': beside } });

const FAILED = /^\{"success":false,"status":\d{3},"error":"(\w+)"/;

/** The code of a success in figures: the envelope itself has none. */
export const SUCCESS = 'Success';

/** `success`, `message`, `data`, and of a failure its `status` and the name of its `error` (A.2.4). */
export const ENVELOPE: DialectEnvelope = {
  success(_, { data, meta = {} }: Success) {
    const { before, after } = meta as BesideData;
    return JSON.stringify({ success: true, ...before, data: data ?? null, ...after });
  },
  refusal(_, refusal) {
    const { name, status } = nameOf(refusal.definition);
    return { status, text: JSON.stringify({ success: false, status, error: name, message: messageOf(refusal), data: null }) };
  },
  successSchema({ 'x-beside': beside = {}, ...data }) {
    const { before = {}, after = {}, instead, optional = [] } = beside as Beside;
    const shape = (first: Schemas): JsonSchema => {
      const properties = { success: { type: 'boolean', const: true }, ...first, data, ...after };
      const required = Object.keys(properties).filter((name) => !optional.includes(name));
      return { type: 'object', properties, required, additionalProperties: false };
    };
    return instead ? { oneOf: [shape(before), shape(instead)] } : shape(before);
  },
  refusalSchema(refusals, status) {
    const names = [...new Set(refusals.map(({ definition }) => nameOf(definition).name))].sort();
    const properties = {
      success: { type: 'boolean', const: false },
      status: { type: 'integer', const: status },
      error: { type: 'string', enum: names },
      message: { type: 'string' },
      data: { type: 'null' },
    };
    return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  },
  codeIn: (text) => (text.startsWith('{"success":true,') ? SUCCESS : FAILED.exec(text)?.[1]),
};
