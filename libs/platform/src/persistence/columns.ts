type Value = string | bigint | number | boolean | Date | null;

/** A column of rows to write: its type in the database, and its value in a row of ours; of `jsonb` the text. */
export type Column<Row> = readonly [
  type: 'uuid' | 'text' | 'bigint' | 'integer' | 'boolean' | 'jsonb' | 'timestamptz',
  value: (row: Row) => Value,
];

/**
 * The columns of rows that go to the database together, by their names there. An array for each column is what PostgreSQL reads fastest:
 * a list of thousands as one JSON document takes it several times as long.
 */
export type Columns<Row> = Readonly<Record<string, Column<Row>>>;

/** Where the rows come from in a statement: their arrays, the first of which is parameter `$first`, seen as `r`. */
export function sourceOf<Row>(columns: Columns<Row>, first: number): string {
  const arrays = Object.values(columns).map(([type], index) => `$${first + index}::${type}[]`);
  return `unnest(${arrays.join(', ')}) as r(${Object.keys(columns).join(', ')})`;
}

/** The parameters that `sourceOf` reads. An array without any value is left out, and filled up with nulls by `unnest`. */
export function arraysOf<Row>(columns: Columns<Row>, rows: readonly Row[]): (string | null)[] {
  return Object.values(columns).map(([, read]) => {
    let given = false;
    const written = rows.map((row) => {
      const value = read(row);
      given ||= value !== null;
      return element(value);
    });
    return given ? `{${written.join(',')}}` : null;
  });
}

/** An element of an array as PostgreSQL reads it; the driver's own way takes several times as long, which lists of thousands feel. */
function element(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `"${ESCAPED.test(value) ? value.replaceAll(/["\\]/g, '\\$&') : value}"`;
  // Years from 10,000 on: JavaScript writes a sign and six digits, PostgreSQL reads neither.
  return value instanceof Date ? `"${value.toISOString().replace(/^\+0?/, '')}"` : String(value);
}
const ESCAPED = /["\\]/;
