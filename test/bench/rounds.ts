/** One way of doing the work that is measured: does a turn of it and answers how much a second it got done. */
export interface Contestant {
  readonly name: string;
  turn(): Promise<number>;
}

/** What a contestant reached in each round, per second. */
export class Figure {
  constructor(readonly perRound: readonly number[]) {}

  get median(): number {
    return median(this.perRound);
  }

  /** How many times as fast as another: the median over rounds, since what disturbs the machine disturbs neighbors in time alike. */
  over(other: Figure): number {
    return median(this.perRound.map((rate, round) => rate / (other.perRound[round] as number)));
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/**
 * Lets all take turns, round after round, every second round in reverse. A first turn of each warms up and does not count.
 * `tell` hears of the progress.
 */
export async function takeTurns(
  rounds: number,
  contestants: readonly Contestant[],
  tell: (step: string) => void = () => undefined,
): Promise<Map<string, Figure>> {
  const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, turn } of round % 2 === 0 ? contestants : [...contestants].reverse()) {
      tell(`${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}: ${name}`);
      const rate = await turn();
      if (round > 0) rates.get(name)?.push(rate);
    }
  }
  return new Map([...rates].map(([name, perRound]) => [name, new Figure(perRound)]));
}

/** Lets `callers` call one after the other, each waiting for its answer, for `ms`; answers calls a second. */
export async function callsPerSecond(callers: number, ms: number, call: (caller: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let calls = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() - begun < ms) {
        await call(caller);
        calls++;
      }
    }),
  );
  return (calls * 1_000) / (performance.now() - begun);
}
