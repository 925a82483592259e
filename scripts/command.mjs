// What `npm test` and `npm run NAME` have in common: prepare, then run one program that gets our signals and gives us its exit code.
import { spawn } from 'node:child_process';
import { prepare, root } from './prepare.mjs';

/** Installs and builds what is missing, runs Node with `args` and ends as it ends. */
export async function command(args, { say, env = process.env } = {}) {
  const children = new Set();
  const pass = (signal) => children.forEach((child) => child.kill(signal));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal));
  try {
    await prepare({ say, children });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  children.add(child);
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
