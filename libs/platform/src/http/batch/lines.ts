import type { ErrorDetails } from '@tallystick/kernel';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { PayloadTooLarge, ValidationFailed } from '../../platform.errors.js';
import type { JsonSchema } from '../../registry/events.js';
import { compileSchema } from './compile-schema.js';

/** A line of a batch that could be read, or why it could not, with its id where that much could be. */
export type BatchLine<T> = { readonly item: T } | { readonly id: string | null; readonly message: string };

/** Reads lines by a schema, compiled once, as a list of thousands needs. */
export function lineReader<T>(schema: JsonSchema): (line: unknown) => BatchLine<T> {
  const isItem = compileSchema<T>(schema);
  return (line) => (isItem(line) ? { item: line } : { id: idOf(line), message: messageOf(isItem.errors?.[0]) });
}

/** Throws `validation_error` for a batch without lines, `payload_too_large`, or what else is given, for one over the most (C5.7). */
export function checkCount(
  lines: readonly unknown[],
  most: number,
  tooMany: (details: ErrorDetails) => Error = (details) => PayloadTooLarge.with(details),
): void {
  if (lines.length === 0) throw ValidationFailed.with({ errors: { transactions: ['Must have at least 1 item.'] } });
  if (lines.length > most) throw tooMany({ errors: { transactions: [`Must have at most ${most} items.`] } });
}

const idOf = (line: unknown): string | null => {
  const id = (line as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 200) : null;
};

function messageOf(error: ErrorObject | null | undefined): string {
  if (!error) return 'The item is not valid.';
  const name = error.instancePath.slice(1).replaceAll('/', '.');
  return name ? `${name}: ${error.message}` : `The item ${error.message}.`;
}
