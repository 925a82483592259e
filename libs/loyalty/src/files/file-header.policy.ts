import type { AttributeDefinition } from '../attributes/attribute-definition.js';
import type { FileFormat, RowType } from './file-format.policy.js';

/** A field of ours that a column of a file may hold. */
export interface FileField {
  readonly name: string;
  readonly required?: boolean;
  /** The column that holds it, where the tenant does not name another; our name when left out. */
  readonly header?: string;
  /** What it is when it is an attribute of the tenant's own. */
  readonly attribute?: Pick<AttributeDefinition, 'dataType' | 'options'>;
}

/** The columns of a file: which field each holds; undefined for one that is left aside. */
export interface FileHeader {
  readonly names: readonly string[];
  readonly fields: readonly (string | undefined)[];
}

/** The stated causes for which no row of a file is looked at. */
export const REFUSAL_CODES = [
  'not_text',
  'empty_file',
  'wrong_columns',
  'wrong_trailer',
  'no_program',
  'too_large',
  'file_already_received',
  'wrong_folder',
  'no_window',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Why a file is refused as a whole, before any of its rows was counted. */
export class RefusedFile extends Error {
  override readonly name = 'RefusedFile';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

/** What rejected rows have besides their own columns: left aside when they come back corrected (FIL-04). */
export const ERROR_COLUMNS = ['error_line', 'error_column', 'error_code', 'error_reason'] as const;

/** Reads the first row. @throws RefusedFile for a column that is missing, twice there or unknown */
export function readHeader(cells: readonly string[], fields: readonly FileField[], type: string, format: FileFormat): FileHeader {
  const headerOf = ({ name, header = name }: FileField): string => format.columns[type as RowType]?.[name] ?? header;
  const headers = new Map(fields.map((field) => [headerOf(field), field.name]));
  const twice = cells.find((name, index) => cells.indexOf(name) !== index);
  if (twice !== undefined) throw new RefusedFile('wrong_columns', `The column ${shown(twice)} is there twice.`);
  const missing = fields.filter(({ name, required }) => required && !cells.some((cell) => headers.get(cell) === name));
  if (missing.length > 0) {
    const names = missing.map(headerOf);
    throw new RefusedFile('wrong_columns', `A file of type ${type} needs the column ${names.join(', ')}.`);
  }
  const strange = cells.filter((cell) => !headers.has(cell) && !(ERROR_COLUMNS as readonly string[]).includes(cell));
  if (strange.length > 0 && format.extra_columns === 'refuse')
    throw new RefusedFile('wrong_columns', `A file of type ${type} has no column ${strange.slice(0, 10).map(shown).join(', ')}.`);
  return { names: cells, fields: cells.map((cell) => headers.get(cell)) };
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 50));
