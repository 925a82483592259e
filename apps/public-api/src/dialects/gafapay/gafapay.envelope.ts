import type { DomainError } from '@tallystick/kernel';
import type { DialectEnvelope } from '@tallystick/platform';
import { codeOf } from './gafapay.codes.js';

/** There is no place for errors by field, so the message names them. */
function messageOf({ message, details: { errors = {} } }: DomainError): string {
  const fields = Object.entries(errors).map(([field, what]) => `${field}: ${[what].flat().join(' ')}`);
  return fields.length === 0 ? message : `${message}. ${fields.join('; ')}`.slice(0, 2_000);
}

const CODE = /^\{"success":(?:(1)|0,"error":\[\{"code":"(\w+)")/;

/** The code of a success in figures: the envelope itself has none. */
export const SUCCESS = 'SUCCESS';

/** `success`, `error`, `data` (A.4). */
export const ENVELOPE: DialectEnvelope = {
  success: (_, { data }) => JSON.stringify({ success: 1, error: [], data: data ?? {} }),
  refusal(_, refusal) {
    const { code, status } = codeOf(refusal.definition);
    return { status, text: JSON.stringify({ success: 0, error: [{ code, message: messageOf(refusal) }], data: {} }) };
  },
  successSchema: (data) => ({
    type: 'object',
    properties: { success: { type: 'integer', const: 1 }, error: { type: 'array', maxItems: 0, example: [] }, data },
    required: ['success', 'error', 'data'],
    additionalProperties: false,
  }),
  refusalSchema(refusals) {
    const codes = [...new Set(refusals.map(({ definition }) => codeOf(definition).code))].sort();
    const error = {
      type: 'object',
      properties: { code: { type: 'string', enum: codes }, message: { type: 'string' } },
      required: ['code', 'message'],
      additionalProperties: false,
    };
    return {
      type: 'object',
      properties: {
        success: { type: 'integer', const: 0 },
        error: { type: 'array', items: error, minItems: 1, maxItems: 1 },
        data: { type: 'object', maxProperties: 0 },
      },
      required: ['success', 'error', 'data'],
      additionalProperties: false,
    };
  },
  codeIn(text) {
    const [, success, code] = CODE.exec(text) ?? [];
    return success ? SUCCESS : code;
  },
};
