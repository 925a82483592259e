import { ValidationFailed } from '@tallystick/platform';

/** What a file is about, by the folder it is dropped in: purchases and refunds, profiles of members, stated points, cards and accounts. */
export const FILE_TYPES = ['TXN', 'CPD', 'BNS', 'CRD'] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** Whatever has a folder in a drop: besides those, what card transactions did settle. */
export const DROP_TYPES = [...FILE_TYPES, 'STL'] as const;
export type DropType = (typeof DROP_TYPES)[number];

/** Files that are uploaded where their rows belong: merchants, venues, offers. They may be sent again: a row that changes nothing is a duplicate. */
export const IMPORT_TYPES = ['MER', 'VEN', 'OFR'] as const;
export type ImportType = (typeof IMPORT_TYPES)[number];

/** Whatever a file may be about. */
export const ROW_TYPES = [...DROP_TYPES, ...IMPORT_TYPES] as const;
export type RowType = (typeof ROW_TYPES)[number];

/** The name of a column in a file, by the name of our field. */
export type ColumnNames = Readonly<Record<string, string>>;

/** How a tenant writes its files. */
export interface FileFormat {
  readonly delimiter: 'comma' | 'pipe';
  /** What stands before the decimals; the other one groups digits: `1,00,000.50` or `1.234,56`. */
  readonly decimals: 'point' | 'comma';
  /** `2026-03-31`, `31/03/2026` or `03/31/2026`, each also with a time; without an offset in the tenant's zone. */
  readonly dates: 'iso' | 'day_first' | 'month_first';
  /** Whether a column that nothing knows refuses the file or is left aside. */
  readonly extra_columns: 'refuse' | 'ignore';
  /** The first cell of a last line that counts the rows before it; null when files have none. */
  readonly trailer: string | null;
  /** Columns that are called otherwise than our fields. */
  readonly columns: Partial<Readonly<Record<RowType, ColumnNames>>>;
}

export const DEFAULT_FORMAT: FileFormat = {
  delimiter: 'comma',
  decimals: 'point',
  dates: 'iso',
  extra_columns: 'refuse',
  trailer: null,
  columns: {},
};

const LONGEST_NAME = 100;

/** Reads the column names as a caller gives them: `{ "TXN": { "id": "TXN_ID" } }`. Throws `validation_error`. */
export function readColumns(
  given: Readonly<Record<string, unknown>>,
  knownFields: Readonly<Record<DropType, readonly string[]>>,
): FileFormat['columns'] {
  const refuse = (message: string): never => {
    throw ValidationFailed.with({ errors: { columns: [message] } });
  };
  for (const [type, names] of Object.entries(given)) {
    if (!(DROP_TYPES as readonly string[]).includes(type)) refuse(`${type.slice(0, 20)} is not one of ${DROP_TYPES.join(', ')}.`);
    if (typeof names !== 'object' || names === null || Array.isArray(names)) refuse(`${type} must name columns by field.`);
    const known = knownFields[type as DropType];
    const headers = Object.entries(names as Record<string, unknown>).map(([field, header]) => {
      if (!known.includes(field)) refuse(`${type} has no field ${field.slice(0, 50)}: it has ${known.join(', ')}.`);
      if (typeof header !== 'string' || header.trim() !== header || header.length === 0 || header.length > LONGEST_NAME)
        refuse(`${type}.${field} must be the name of a column, of at most ${LONGEST_NAME} characters.`);
      return header;
    });
    if (new Set(headers).size < headers.length) refuse(`${type} names a column twice.`);
  }
  return given as FileFormat['columns'];
}

export const DELIMITERS: Readonly<Record<FileFormat['delimiter'], string>> = { comma: ',', pipe: '|' };
