import { Figure } from './rounds.js';
import type { Twin } from './twin.js';
import type { RowReader, WrittenRows } from './written-rows.js';

/** The milliseconds that the platform took for a list, and hand-written SQL and COPY for the same rows. */
export interface Race {
  readonly platform: Figure;
  readonly sql: Figure;
  readonly copy: Figure;
}

/** Who writes the rows again. */
export interface Rivals {
  readonly reader: RowReader;
  readonly sql: Twin;
  readonly copy: Twin;
}

/**
 * Lets the platform write lists of `size` until a turn is full, round after round; after each list its rows are read back and written again
 * by hand for the other tenants. Answers postings a second. The first round warms up.
 */
export async function raceLists(
  { reader, sql, copy }: Rivals,
  { size, rounds, turnPostings }: { size: number; rounds: number; turnPostings: number },
  platform: () => Promise<number>,
): Promise<Race> {
  const lists = Math.max(2, Math.min(100, Math.ceil(turnPostings / size)));
  const rates: Record<keyof Race, number[]> = { platform: [], sql: [], copy: [] };
  await reader.skip();
  for (let round = 0; round <= rounds; round++) {
    if (round <= 1) await reader.analyze();
    const spent: Record<keyof Race, number> = { platform: 0, sql: 0, copy: 0 };
    for (let list = 0; list < lists; list++) {
      spent.platform += await platform();
      const rows: WrittenRows = await reader.next();
      const rivals: [keyof Race, () => Promise<number>][] = [
        ['sql', () => sql.writeBySql(rows)],
        ['copy', () => copy.writeByCopy(rows)],
      ];
      for (const [name, write] of list % 2 === 0 ? rivals : rivals.reverse()) spent[name] += await write();
    }
    if (round > 0) for (const name of ['platform', 'sql', 'copy'] as const) rates[name].push((size * lists * 1_000) / spent[name]);
  }
  return { platform: new Figure(rates.platform), sql: new Figure(rates.sql), copy: new Figure(rates.copy) };
}
