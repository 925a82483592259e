/** Refused rows of one kind. */
export interface RefusalGroup {
  readonly code: string;
  readonly reason: string;
  readonly rows: number;
  /** Some of them, in the order met: item ids, or lines of the file. */
  readonly examples: readonly string[];
}

const MOST_GROUPS = 500;
const MOST_EXAMPLES = 100;

/** Counts refused rows by code and reason, in bounded memory however many there are. */
export class Refusals {
  private readonly groups = new Map<string, { code: string; reason: string; rows: number; examples: string[] }>();

  /** Counts one row; past 500 different reasons the rest of a code count together. */
  add(code: string, reason: string, example: string): void {
    const known = this.groups.has(`${code} ${reason}`) || this.groups.size < MOST_GROUPS;
    const told = known ? reason : 'other reasons';
    const key = `${code} ${told}`;
    const group = this.groups.get(key) ?? { code, reason: told, rows: 0, examples: [] };
    this.groups.set(key, group);
    group.rows++;
    if (group.examples.length < MOST_EXAMPLES) group.examples.push(example);
  }

  /** All rows counted. */
  get total(): number {
    return this.list().reduce((sum, group) => sum + group.rows, 0);
  }

  /** The groups, the largest first. */
  list(): RefusalGroup[] {
    return [...this.groups.values()].sort((a, b) => b.rows - a.rows);
  }
}
