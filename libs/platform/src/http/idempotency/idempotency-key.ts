import { ValidationFailed } from '../../platform.errors.js';

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * Reads the `Idempotency-Key` header: 1 to 255 printable ASCII characters. The quoted form of the IETF draft and the bare form
 * are the same key (IDM-05). Undefined without the header; throws `validation_error` naming the header otherwise.
 */
export function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const given = Array.isArray(header) ? header.join(', ') : header;
  const key = QUOTED.exec(given)?.[1]?.replace(/\\(["\\])/g, '$1') ?? given;
  if (!PRINTABLE.test(key)) {
    throw ValidationFailed.with({ errors: { 'Idempotency-Key': ['This header must have 1 to 255 printable ASCII characters.'] } });
  }
  return key;
}
