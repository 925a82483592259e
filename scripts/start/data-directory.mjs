import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { permissionSentence } from '../postgres/files.mjs';
import { isProcess, readLock, takeLock } from '../lock.mjs';

const DRAIN_SECONDS = 30;

/**
 * Makes the data directory ours alone. Apps of a killed run are given the time to finish what they were doing.
 * @throws Error of one sentence when another `npm start` has it, or it may not be written
 */
export async function takeDataDirectory(dataDir, say) {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(permissionSentence(error, dataDir) ?? `${dataDir} cannot be the data directory: ${error.message}`, { cause: error });
  }
  const file = path.join(dataDir, 'start.lock');
  const before = readLock(file);
  const lock = takeLock(file, 'start.mjs');
  if (lock.heldBy) {
    throw new Error(
      `it already runs on ${dataDir} (process ${lock.heldBy.pid}): stop that one, or set TALLYSTICK_DATA_DIR and other ports for a second one`,
    );
  }
  const left = () => (before?.apps ?? []).filter((pid) => isProcess(pid, 'dist/apps/'));
  if (left().length > 0) say('waiting for the apps of a run that was killed');
  for (const deadline = Date.now() + DRAIN_SECONDS * 1000; left().length > 0 && Date.now() < deadline;) await sleep(50);
  for (const pid of left()) process.kill(pid, 'SIGKILL');
  return lock;
}
