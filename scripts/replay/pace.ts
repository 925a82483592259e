const WINDOW_MS = 15_000;

/** How fast rows go by, over the last 15 seconds, and how long the rest will take. Times are milliseconds of one clock. */
export class Pace {
  private samples: { at: number; done: number }[];

  /** `done` rows of `total` are behind when it begins. */
  constructor(
    readonly total: number,
    public done: number,
    now: number,
  ) {
    this.samples = [{ at: now, done }];
  }

  /** So many more rows are done. */
  advance(rows: number, now: number): void {
    this.done += rows;
    this.samples.push({ at: now, done: this.done });
    const recent = this.samples.findIndex((sample) => sample.at >= now - WINDOW_MS);
    this.samples.splice(0, Math.max(0, recent - 1));
  }

  /** Rows a second; 0 before anything is known. */
  rate(now: number): number {
    const [oldest] = this.samples as [{ at: number; done: number }];
    return now > oldest.at ? ((this.done - oldest.done) * 1000) / (now - oldest.at) : 0;
  }

  /** Time left in words, `?` while the rate is 0. */
  left(now: number): string {
    const rate = this.rate(now);
    if (this.done >= this.total) return '0 s';
    if (rate === 0) return '?';
    const seconds = Math.ceil((this.total - this.done) / rate);
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  }
}
