/** The families of refusals; each has one HTTP status, in one exhaustive record of the HTTP layer. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'method'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'mismatch'
  | 'locked'
  | 'throttled'
  | 'header_too_large'
  | 'unavailable'
  | 'internal';

/** A declared error: its stable code, its kind, the sentence a caller reads and what they should do next. */
export interface ErrorDefinition {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly advice: string;
}

/** Details of one occurrence: messages or values by field, and the seconds after which a retry makes sense. */
export interface ErrorDetails {
  readonly errors?: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly retryAfter?: number;
}

/** A refusal that a caller can act on. Anything thrown that is not one is a fault of ours and answers 500. */
export class DomainError extends Error {
  constructor(
    readonly definition: ErrorDefinition,
    readonly details: ErrorDetails = {},
  ) {
    super(details.message ?? definition.message);
    this.name = definition.code;
  }
}

const catalogue = new Map<string, ErrorDefinition>();

/** Declares an error once, in its lib's `<lib>.errors.ts`; a code declared twice stops the process from starting. */
export function defineError(definition: ErrorDefinition): ErrorDefinition & { with(details?: ErrorDetails): DomainError } {
  if (catalogue.has(definition.code)) throw new Error(`error code ${definition.code} is declared twice`);
  catalogue.set(definition.code, definition);
  return { ...definition, with: (details) => new DomainError(definition, details) };
}

/** Every declared error, by code: the source of `contracts/errors.json`. */
export const errorCatalogue = (): ErrorDefinition[] => [...catalogue.values()].sort((a, b) => a.code.localeCompare(b.code));
