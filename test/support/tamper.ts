import pg from 'pg';

/**
 * Runs statements as a superuser who has switched triggers and foreign keys off: what no app can do, and what seals and reconciliation
 * are there to notice. Answers the number of rows that the statement touched.
 */
export async function tamper(ownerUrl: string, sql: string, parameters: unknown[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    return (await client.query(sql, parameters)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}
