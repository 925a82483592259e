/** Lets a few pass at a time; the others wait in line, in the order in which they came. */
export class Turnstile {
  private readonly line: (() => void)[] = [];
  private inside = 0;

  /** @param most how many are inside at the same moment */
  constructor(private readonly most: number) {}

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside >= this.most) await new Promise<void>((resolve) => this.line.push(resolve));
    else this.inside++;
    try {
      return await work();
    } finally {
      // Whoever is next takes the place over.
      const next = this.line.shift();
      if (next) next();
      else this.inside--;
    }
  }
}
