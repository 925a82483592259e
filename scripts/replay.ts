import { replayCommand } from './replay/command.js';

/** Two signals that arrive together (npm passes on what the terminal already sent) are one; a later one ends at once. */
const TOGETHER_MS = 1_000;

const stop = new AbortController();
let stoppedAt: number | undefined;
let signaled = 0;

function onSignal(status: number): void {
  if (stoppedAt !== undefined && Date.now() - stoppedAt > TOGETHER_MS) process.exit(status);
  if (stoppedAt === undefined) process.stderr.write('\nStopping: waiting for the batches under way. Once more ends at once.\n');
  stoppedAt ??= Date.now();
  signaled = status;
  stop.abort();
}
process.on('SIGINT', () => onSignal(130));
process.on('SIGTERM', () => onSignal(143));

void replayCommand({
  args: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stop: stop.signal,
}).then((status) => {
  process.exitCode = status === 130 ? signaled : status;
});
