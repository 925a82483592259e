import { readdirSync, readFileSync, statSync } from 'node:fs';

/** What is running. */
export interface BuildInfo {
  readonly version: string;
  readonly commit: string | null;
  readonly built_at: string | null;
  /** The newest migration that this build knows. */
  readonly schema_version: string | null;
}

/** Reads what is running from the folder that the process was started in; what a deployment leaves out is null. */
export const readBuildInfo = (): BuildInfo => ({
  version: attempt(() => (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version) ?? 'unknown',
  commit: attempt(readCommit),
  built_at: attempt(() => statSync(process.argv[1]!).mtime.toISOString()),
  schema_version: attempt(() => newestMigration('dist/migrations')) ?? attempt(() => newestMigration('migrations')),
});

function readCommit(): string {
  const head = readFileSync('.git/HEAD', 'utf8').trim();
  return head.startsWith('ref: ') ? readFileSync(`.git/${head.slice('ref: '.length)}`, 'utf8').trim() : head;
}

const newestMigration = (folder: string): string | null =>
  readdirSync(folder)
    .flatMap((file) => /^\d+-[\w-]+/.exec(file) ?? [])
    .sort()
    .at(-1) ?? null;

const attempt = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};
