import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ReplayFailure } from './failure.js';

interface Head {
  /** Names the file's content, the options, the client and the API: a journal of others is not taken up. */
  readonly key: string;
  readonly run: number;
}

/**
 * Remembers on disk which batches of a run the API has answered, one line each, so that an interrupted replay goes on where it stopped.
 * A line lost in a crash only means that its batch is posted again, under the same request id.
 */
export class Journal {
  private constructor(
    private readonly path: string,
    private readonly key: string,
    /** The last run that was begun; 0 when none was. */
    public run: number,
    /** The batches of that run that are done. */
    readonly posted: Set<number>,
    /** Whether that run came to its end. */
    public finished: boolean,
  ) {}

  /** Opens the journal at `path`, which need not exist. Throws `ReplayFailure` when it belongs to another replay, unless `restart`. */
  static open(path: string, key: string, restart = false): Journal {
    const [first, ...lines] = readText(path).split('\n');
    const head = parse<Head>(first);
    if (first !== '' && typeof head?.key !== 'string')
      throw new ReplayFailure(`${path} is not a journal of a replay; name another with --journal.`);
    if (head?.key !== key) {
      if (head && !restart)
        throw new ReplayFailure(`The journal ${path} belongs to another file, client, API or other options; name another, or --restart.`);
      return new Journal(path, key, 0, new Set(), true);
    }
    const entries = lines.map((line) => parse<{ posted?: number; finished?: boolean }>(line));
    const posted = new Set(entries.map((entry) => entry?.posted).filter((batch) => batch !== undefined));
    return new Journal(path, key, head.run, posted, restart || entries.some((entry) => entry?.finished));
  }

  /** Begins a run and forgets the one before. */
  begin(run: number): void {
    this.run = run;
    this.posted.clear();
    this.finished = false;
    this.write(() => {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(this.path, `${JSON.stringify({ key: this.key, run } satisfies Head)}\n`);
    });
  }

  /** Notes that the API has answered a batch. */
  markPosted(batch: number): void {
    this.posted.add(batch);
    this.write(() => appendFileSync(this.path, `\n{"posted":${batch}}`));
  }

  /** Notes that the run came to its end: the next one is a new run. */
  markFinished(): void {
    this.finished = true;
    this.write(() => appendFileSync(this.path, '\n{"finished":true}\n'));
  }

  private write(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new ReplayFailure(
        `The journal ${this.path} cannot be written (${(error as NodeJS.ErrnoException).code}); name another with --journal.`,
      );
    }
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new ReplayFailure(`The journal ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** A line of the journal; undefined for one that a crash cut short. */
function parse<T>(line: string | undefined): T | undefined {
  try {
    return JSON.parse(line ?? '') as T;
  } catch {
    return undefined;
  }
}
