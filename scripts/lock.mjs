import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Whether a process of that number lives. */
export function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether a living process was started with `word` on its command line: a number of a dead one may have been given away. */
export function isProcess(pid, word) {
  if (!Number.isInteger(pid) || !alive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
  } catch {
    return true; // no /proc on this system: the number has to do
  }
}

/**
 * A lock file that names its holder: taken when free or when the holder is dead.
 * @returns {{ note(details: object): void, release(): void } | { heldBy: object }}
 */
export function takeLock(file, word) {
  mkdirSync(path.dirname(file), { recursive: true });
  const content = (details) => JSON.stringify({ pid: process.pid, ...details });
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      writeFileSync(file, content(), { flag: 'wx' });
      return {
        note: (details) => {
          writeFileSync(`${file}.draft`, content(details));
          renameSync(`${file}.draft`, file);
        },
        release: () => rmSync(file, { force: true }),
      };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readLock(file);
    if (holder && isProcess(holder.pid, word)) return { heldBy: holder };
    rmSync(file, { force: true });
  }
  throw new Error(`the lock ${file} cannot be taken`);
}

/** What the holder wrote, or undefined when there is none, or it died while writing. */
export function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
