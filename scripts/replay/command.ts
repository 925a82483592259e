import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readDemo } from './demo.js';
import { ReplayFailure, Stopped } from './failure.js';
import { HELP } from './help.js';
import { readOptions } from './options.js';
import { Progress, type Output } from './progress.js';
import { asJson, asTable, worries } from './report.js';
import { runReplay } from './run-replay.js';

/** What the command is run with. */
export interface Surroundings {
  readonly args: string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by Ctrl-C: what is under way ends, nothing more begins. */
  readonly stop: AbortSignal;
}

/** Runs the command from its arguments to its exit status: 0, 1 when something is wrong, 130 when stopped. */
export async function replayCommand({ args, env, stdout, stderr, stop }: Surroundings): Promise<number> {
  const progress = new Progress(stderr);
  try {
    const options = readOptions(args, env, readDemo(env.TALLYSTICK_DATA_DIR ?? '.data'));
    if (options === 'help') {
      stdout.write(HELP);
      return 0;
    }
    const report = await runReplay({ ...options, file: whereCalled(options.file, env) }, progress, stop);
    stdout.write(options.json ? `${asJson(report)}\n` : asTable(report));
    const found = worries(report);
    for (const worry of found) stderr.write(`${worry}\n`);
    return found.length > 0 ? 1 : 0;
  } catch (error) {
    progress.end();
    if (!(error instanceof Stopped || error instanceof ReplayFailure)) throw error;
    if (error instanceof ReplayFailure) stderr.write(`${error.message}\n`);
    const standing = progress.standing();
    if (standing) stderr.write(`${standing}. To resume: ${commandLine(args)}\n`);
    return error instanceof Stopped ? 130 : 1;
  }
}

/** npm changes to the project's folder; a file is also looked for where npm was called. */
function whereCalled(file: string, env: Surroundings['env']): string {
  const elsewhere = env.INIT_CWD === undefined ? file : resolve(env.INIT_CWD, file);
  return !existsSync(file) && existsSync(elsewhere) ? elsewhere : file;
}

/** The same command again, without `--restart` (which would begin anew) and without the secret. */
function commandLine(args: readonly string[]): string {
  const secret = '--client-secret';
  const words = args
    .filter((arg) => arg !== '--restart')
    .map((arg, index, kept) => (arg.startsWith(`${secret}=`) ? `${secret}=...` : kept[index - 1] === secret ? '...' : arg))
    .map((arg) => (/^[\w./:=@%+,-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`));
  return ['npm run replay --', ...words].join(' ');
}
