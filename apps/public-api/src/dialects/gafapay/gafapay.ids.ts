import { isUuid } from '@tallystick/kernel';
import { field, type FieldOptions } from '@tallystick/platform';

const HEX = /^[0-9a-f]{32}$/i;

/** A UUID without its dashes. */
export const toHex = (id: string): string => id.replaceAll('-', '');

/** Reads 32 hexadecimal digits, or a UUID with its dashes; undefined for anything else. */
export function fromHex(text: string): string | undefined {
  const id = HEX.test(text) ? text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : text;
  return isUuid(id) ? id.toLowerCase() : undefined;
}

const EXAMPLE = 'fb8f09210e0f46b7b4262d77f5b6c273';

/** An id, as 32 hexadecimal digits. */
export const HexId = (options?: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'hex',
      schema: { type: 'string', pattern: '^[0-9a-fA-F-]{32,36}$', minLength: 32, maxLength: 36 },
      check: (value) => typeof value === 'string' && fromHex(value) !== undefined,
      message: 'Must be an id of 32 hexadecimal digits.',
    },
    { example: EXAMPLE, ...options },
  );

/** The same in the contract of an answer. */
export const HEX_SCHEMA = { type: 'string', pattern: '^[0-9a-f]{32}$', example: EXAMPLE } as const;
