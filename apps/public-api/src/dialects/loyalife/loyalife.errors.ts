import { DomainError, type ErrorDefinition, type ErrorDetails, type ErrorKind } from '@tallystick/kernel';
import { CODES, type LoyalifeCode } from './loyalife.codes.js';

/** Refusals that only this dialect knows: they are in its table, not in the catalogue of the platform. */
const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid',
  401: 'unauthenticated',
  404: 'missing',
  409: 'conflict',
  422: 'mismatch',
  429: 'throttled',
  500: 'internal',
};

/** The definition of a code, for `errors` of an endpoint. */
export const refusal = (code: LoyalifeCode): ErrorDefinition => ({
  code,
  kind: KIND_OF_STATUS[CODES[code].status]!,
  message: CODES[code].message,
  advice: 'See the table of codes.',
});

/** The definitions of codes, for `errors` of an endpoint. */
export const refusals = (...codes: LoyalifeCode[]): ErrorDefinition[] => codes.map(refusal);

/** Refuses with a code. */
export const refuse = (code: LoyalifeCode, details?: ErrorDetails): DomainError => new DomainError(refusal(code), details);
