import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, startPostgres } from '../../scripts/embedded-postgres.mjs';
import { startPooler } from './pooler.mjs';

/** One throw-away PostgreSQL for all database tests of a run, on a port and in a folder of its own; `TEST_POOLER=1` puts PgBouncer before it. */
export default async function startTestServer() {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallystick-test-'));
  chmodSync(folder, 0o755);
  const dataDir = path.join(folder, 'pg');
  const server = await startPostgres({ dataDir, port: await freePort(), password: 'test', fast: true, removeWhenOrphaned: folder });
  process.env.TEST_PG_URL = server.url('postgres');
  const pooler = process.env.TEST_POOLER ? await startPooler(process.env.TEST_PG_URL, folder) : undefined;
  if (pooler) process.env.TEST_POOLER_HOST = pooler.host;
  globalThis.testServer = { server, dataDir, folder, pooler };
}
