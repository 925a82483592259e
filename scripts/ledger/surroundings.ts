import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { DomainError } from '@tallystick/kernel';
import { CommandFailure } from './failure.js';

/** What a command is run with. */
export interface Surroundings {
  readonly args: string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** Exit status of a command: all is well, something was found, it could not do its work. */
export const EXIT = { fine: 0, found: 1, failed: 2 } as const;

/** Runs a command to its exit status; a failure is told in one sentence. */
export async function run(surroundings: Surroundings, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandFailure || error instanceof DomainError)) throw error;
    surroundings.stderr.write(`${error.message}\n`);
    return EXIT.failed;
  }
}

/** The parsed command line; what it does not know is a failure. */
export function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message.split('. To ')[0]}; --help shows what there is`);
  }
}

/** npm changes to the project's folder; a file is looked for where npm was called first. */
export function whereCalled(file: string, env: Surroundings['env']): string {
  const there = resolve(env.INIT_CWD ?? '.', file);
  return existsSync(there) ? there : file;
}
