import type pg from 'pg';

/** The columns of a table after `tenant_id`, with their types; generated ones left out. */
export interface TableShape {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Reads the shapes of tables from the catalogue, in the order given. */
export async function readShapes(pool: pg.Pool, tables: readonly string[]): Promise<TableShape[]> {
  const { rows } = await pool.query<{ table: string; name: string; type: string }>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.oid = any($1::text[]::regclass[]) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attname <> 'tenant_id'
     order by a.attnum`,
    [tables],
  );
  return tables.map((table) => ({ table, columns: rows.filter((row) => row.table === table) }));
}

/** Select list of all columns as text, with `alias` before each. */
export const asText = ({ columns }: TableShape, alias: string): string => columns.map(({ name }) => `${alias}.${name}::text`).join(', ');
