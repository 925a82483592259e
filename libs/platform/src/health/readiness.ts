/** Answers when a part works, throws when it does not. */
export type PartCheck = () => Promise<unknown>;

/** What is wrong with each part that is not well. */
export type Ailments = Readonly<Record<string, string[]>>;

const PATIENCE_MS = 1_500;

/** Whether this process should get work: each part it needs answers, and it is not about to stop (OPS-01). */
export class Readiness {
  private readonly parts = new Map<string, PartCheck>();
  private stopping = false;

  /** Adds a part that the process cannot work without. */
  watch(part: string, check: PartCheck): void {
    this.parts.set(part, check);
  }

  /** From now on no more work should come. */
  drain(): void {
    this.stopping = true;
  }

  /** The parts that ail, named within two seconds; none when all is well. */
  async ailments(): Promise<Ailments> {
    if (this.stopping) return { process: ['is stopping'] };
    const parts = await Promise.all([...this.parts].map(async ([part, check]) => ({ part, well: await isWell(check) })));
    return Object.fromEntries(parts.filter(({ well }) => !well).map(({ part }) => [part, ['does not answer']]));
  }

  /** The names of the parts that are watched. */
  get watched(): string[] {
    return [...this.parts.keys()];
  }
}

function isWell(check: PartCheck): Promise<boolean> {
  let timer: NodeJS.Timeout;
  const tooLate = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE_MS)));
  const answer = check().then(
    () => true,
    () => false,
  );
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}
