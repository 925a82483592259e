import type { DomainError } from '@tallystick/kernel';
import type { DialectEnvelope, JsonSchema, Success } from '@tallystick/platform';
import { codeOf } from './loyalife.codes.js';

/** What stands beside the data of a success. */
export interface BesideData {
  /** How many there are in all, where the data is a list. */
  readonly count?: number;
  /** Members of the envelope itself: the token call has its token there. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** One answer, before it is wrapped. */
interface Flat {
  /** With one s: so the vendor spells it. */
  readonly IsSucessful: boolean;
  readonly ErrorCode: string;
  readonly ExceptionMessage: string;
  readonly ReturnObject: unknown;
  readonly Count: number;
}

const succeeded = ({ data, meta = {} }: Success): Flat => {
  const { count = 0, beside } = meta as BesideData;
  return { IsSucessful: true, ErrorCode: '000', ExceptionMessage: 'Success', ReturnObject: data ?? null, Count: count, ...beside };
};

const refused = (refusal: DomainError): Flat => ({
  IsSucessful: false,
  ErrorCode: codeOf(refusal.definition).code,
  ExceptionMessage: messageOf(refusal),
  ReturnObject: null,
  Count: 0,
});

/** There is no place for errors by field, so the message names them. */
function messageOf({ message, details: { errors = {} } }: DomainError): string {
  const fields = Object.entries(errors).map(([field, what]) => `${field}: ${[what].flat().join(' ')}`);
  return fields.length === 0 ? message : `${message}. ${fields.join('; ')}`.slice(0, 2_000);
}

const flatSchema = (isSuccess: boolean, code: JsonSchema, data: JsonSchema, beside: Readonly<Record<string, JsonSchema>>): JsonSchema => {
  const properties = {
    IsSucessful: { type: 'boolean', const: isSuccess },
    ErrorCode: code,
    ExceptionMessage: { type: 'string', ...(isSuccess && { const: 'Success' }) },
    ReturnObject: data,
    Count: { type: 'integer', minimum: 0, description: 'How many there are in all, where the answer is a list.' },
    ...beside,
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
};

const CODE = /"ErrorCode":"(\w+)"/;

/** The envelope: its four fields at the top level, or inside `results` where `wrap` puts them. */
const envelope = (wrap: (flat: Flat) => object, schema: (flat: JsonSchema) => JsonSchema): DialectEnvelope => ({
  success: (_, success) => JSON.stringify(wrap(succeeded(success))),
  refusal: (_, refusal) => ({ status: codeOf(refusal.definition).status, text: JSON.stringify(wrap(refused(refusal))) }),
  // Members of the data that stand beside it, as the token's, are described with it.
  successSchema: ({ 'x-beside': beside = {}, ...data }) =>
    schema(flatSchema(true, { type: 'string', const: '000' }, data, beside as Record<string, JsonSchema>)),
  refusalSchema(refusals) {
    const codes = [...new Set(refusals.map(({ definition }) => codeOf(definition).code))].sort();
    return schema(flatSchema(false, { type: 'string', enum: codes }, { type: 'null' }, {}));
  },
  codeIn: (text) => CODE.exec(text.slice(0, 100))?.[1],
});

/** Of the short paths. */
export const FLAT_ENVELOPE = envelope(
  (flat) => flat,
  (flat) => flat,
);

/** Of the vendor's own paths. */
export const RESULTS_ENVELOPE = envelope(
  (flat) => ({ results: flat }),
  (flat) => ({ type: 'object', properties: { results: flat }, required: ['results'], additionalProperties: false }),
);
