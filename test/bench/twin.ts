import { newId } from '@tallystick/kernel';
import type pg from 'pg';
import { copyIn, copyText } from './copy-in.js';
import { readShapes, type TableShape } from './table-shapes.js';
import type { TextRow, WrittenRows } from './written-rows.js';

const INSERT = ({ table, columns }: TableShape, first: number): string =>
  `insert into ${table} (tenant_id, ${columns.map(({ name }) => name).join(', ')})
   select $1::uuid, r.* from unnest(${columns.map(({ type }, index) => `$${first + index}::${type}[]`).join(', ')}) as r`;

const byColumn = (rows: readonly TextRow[], width: number): (string | null)[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));

const TWINNED = ['ledger_asset', 'program', 'member', 'ledger_account', 'ledger_counter'];

/**
 * A second tenant in the same tables, with the same members and accounts as the first: hand-written SQL gives it the rows that the platform
 * wrote for the first. It reads nothing, decides nothing and is free of row-level security; indexes and constraints are the same.
 */
export class Twin {
  private constructor(
    private readonly pool: pg.Pool,
    readonly tenantId: string,
  ) {}

  /** `beside`: tables whose rows the twin has as well, in the order of their foreign keys. */
  static async of(pool: pg.Pool, tenantId: string, beside: readonly string[] = []): Promise<Twin> {
    const twin = new Twin(pool, newId());
    await pool.query(
      `insert into tenant (id, organization_id, slug, name, mode, timezone, currency)
       select $2::uuid, organization_id, 'twin-' || right($2::text, 12), name, mode, timezone, currency from tenant where id = $1::uuid`,
      [tenantId, twin.tenantId],
    );
    for (const { table, columns } of await readShapes(pool, [...TWINNED, ...beside])) {
      const names = columns.map(({ name }) => name).join(', ');
      await pool.query(`insert into ${table} (tenant_id, ${names}) select $2::uuid, ${names} from ${table} where tenant_id = $1::uuid`, [
        tenantId,
        twin.tenantId,
      ]);
    }
    return twin;
  }

  /** One statement, one commit: inserts and updates from arrays. Answers its milliseconds. */
  async writeBySql({ inserted, accounts, counter, offers }: WrittenRows): Promise<number> {
    const values: unknown[] = [this.tenantId, counter];
    const inserts = inserted.map(({ shape, rows }) => {
      const insert = INSERT(shape, values.length + 1);
      values.push(...byColumn(rows, shape.columns.length));
      return insert;
    });
    const [id, posted, seq, offer, spent] = [1, 2, 3, 4, 5].map((offset) => values.length + offset);
    values.push(...byColumn(accounts, 3), ...byColumn(offers, 2));
    const sql = `with ${inserts.map((insert, index) => `w${index} as (${insert})`).join(', ')},
      counted as (update ledger_counter set value = $2::bigint where tenant_id = $1 and name = 'transaction'),
      used as (update offer o set spent = u.spent from unnest($${offer}::uuid[], $${spent}::bigint[]) as u(id, spent) where o.tenant_id = $1 and o.id = u.id)
      update ledger_account a set posted = u.posted, seq = u.seq
      from unnest($${id}::uuid[], $${posted}::bigint[], $${seq}::bigint[]) as u(id, posted, seq) where a.tenant_id = $1 and a.id = u.id`;
    const begun = performance.now();
    await this.pool.query(sql, values);
    return performance.now() - begun;
  }

  /** COPY into each table, then the same updates: the floor. Answers its milliseconds. */
  async writeByCopy({ inserted, accounts, counter, offers }: WrittenRows): Promise<number> {
    const copies = inserted.map(({ shape: { table, columns }, rows }) => ({
      sql: `copy ${table} (tenant_id, ${columns.map(({ name }) => name).join(', ')}) from stdin`,
      data: copyText(rows.map((row) => [this.tenantId, ...row])),
    }));
    const client = await this.pool.connect();
    try {
      const begun = performance.now();
      await client.query('begin');
      for (const { sql, data } of copies) await copyIn(client, sql, data);
      await client.query(
        `with counted as (update ledger_counter set value = $2::bigint where tenant_id = $1 and name = 'transaction'),
         used as (update offer o set spent = u.spent from unnest($6::uuid[], $7::bigint[]) as u(id, spent) where o.tenant_id = $1 and o.id = u.id)
         update ledger_account a set posted = u.posted, seq = u.seq
         from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as u(id, posted, seq) where a.tenant_id = $1 and a.id = u.id`,
        [this.tenantId, counter, ...byColumn(accounts, 3), ...byColumn(offers, 2)],
      );
      await client.query('commit');
      return performance.now() - begun;
    } finally {
      client.release();
    }
  }
}
