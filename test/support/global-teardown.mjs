import { rmSync } from 'node:fs';
import { removeCluster } from '../../scripts/embedded-postgres.mjs';

/** Ends the server of the run and removes its files. */
export default async function stopTestServer() {
  const { server, dataDir, folder } = globalThis.testServer;
  await server.stop();
  removeCluster(dataDir);
  rmSync(folder, { recursive: true, force: true });
}
