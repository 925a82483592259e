import { rmSync } from 'node:fs';
import { removeCluster } from '../../scripts/embedded-postgres.mjs';

/** Ends the server of the run and removes its files. */
export default async function stopTestServer() {
  const { server, dataDir, folder, pooler } = globalThis.testServer;
  pooler?.stop();
  await server.stop();
  removeCluster(dataDir);
  rmSync(folder, { recursive: true, force: true });
}
