import { SingleBar } from 'cli-progress';
import { Pace } from './pace.js';

const LINE_EVERY_MS = 5_000;
const NOTE_EVERY_MS = 10_000;

/** A whole number with separators of thousands. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Where progress is told: a stream that may be a terminal. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Tells how a replay goes: by a bar with rate and time left on a terminal, by a plain line every five seconds elsewhere. */
export class Progress {
  private pace?: Pace;
  private bar?: SingleBar;
  private lineAt = 0;
  private noted = { text: '', at: 0 };

  constructor(private readonly output: Output) {}

  /** Begins to post: `done` rows of `total` were posted before. */
  begin(total: number, done: number): void {
    this.pace = new Pace(total, done, Date.now());
    this.lineAt = Date.now();
    if (this.output.isTTY) this.bar = this.openBar(total, done);
  }

  /** So many more rows were answered by the API. */
  advance(rows: number): void {
    this.pace?.advance(rows, Date.now());
    this.noted = { text: '', at: 0 };
    if (this.bar) this.bar.update(this.pace?.done ?? 0, this.figures(''));
    else if (Date.now() - this.lineAt >= LINE_EVERY_MS) this.line();
  }

  /** Tells something that happens meanwhile; the same again only every ten seconds. */
  note(text: string): void {
    if (text === this.noted.text && Date.now() - this.noted.at < NOTE_EVERY_MS) return;
    this.noted = { text, at: Date.now() };
    if (this.bar) this.bar.update(this.pace?.done ?? 0, this.figures(`| ${text}`));
    else this.output.write(`${text}\n`);
  }

  /** Ends the telling, with the last figures. */
  end(): void {
    if (this.bar) this.bar.stop();
    else if (this.pace) this.line();
    this.bar = undefined;
  }

  /** How far it came, in words; undefined before the first row could be posted. */
  standing(): string | undefined {
    return this.pace && `${count(this.pace.done)} of ${count(this.pace.total)} rows are posted`;
  }

  private openBar(total: number, done: number): SingleBar {
    const bar = new SingleBar({
      stream: this.output,
      format: 'Posting [{bar}] {percentage}% | {value} of {total} rows | {rate} rows/s | {left} left {note}',
      barsize: 24,
      formatValue: (value, _options, type) => (type === 'value' || type === 'total' ? count(value) : String(value)),
      gracefulExit: false, // Ctrl-C is the replay's own
    });
    bar.start(total, done, this.figures(''));
    return bar;
  }

  private figures(note: string): { rate: string; left: string; note: string } {
    return { rate: count(this.pace?.rate(Date.now()) ?? 0), left: this.pace?.left(Date.now()) ?? '?', note };
  }

  private line(): void {
    const { rate, left } = this.figures('');
    this.lineAt = Date.now();
    this.output.write(`${this.standing()}, ${rate} rows/s, ${left} left\n`);
  }
}
