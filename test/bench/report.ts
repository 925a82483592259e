/** A table of results, as it is printed and as it stands in the page. */
export interface Table {
  readonly title: string;
  /** What is compared with what, in a sentence or two. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A goal with what was measured for it. */
export interface Goal {
  readonly text: string;
  readonly measured: number;
  readonly wanted: number;
  /** Whether more is better, or less. */
  readonly sense: 'at least' | 'at most';
}

/** What a section found. */
export interface Findings {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

export const isMet = ({ measured, wanted, sense }: Goal): boolean => (sense === 'at least' ? measured >= wanted : measured <= wanted);

/** `12,345`, `87.6`. */
export const rate = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0, minimumFractionDigits: value < 100 ? 1 : 0 });

/** `2.34x`. */
export const times = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)}x`;

export const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

const goalRows = (goals: readonly Goal[]): Table => ({
  title: 'Goals',
  note: 'Ratios of this run.',
  columns: ['Goal', 'Wanted', 'Measured', ''],
  rows: goals.map((goal) => [goal.text, `${goal.sense} ${times(goal.wanted)}`, times(goal.measured), isMet(goal) ? 'met' : 'missed']),
});

/** All tables of a run, the goals last. */
export const tablesOf = (findings: readonly Findings[]): Table[] => {
  const goals = findings.flatMap((found) => found.goals);
  return [...findings.flatMap((found) => found.tables), ...(goals.length > 0 ? [goalRows(goals)] : [])];
};

/** A table for the terminal. */
export function printed({ title, note, columns, rows }: Table): string {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [`\n${title}`, note, '', line(columns), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** A table in Markdown. */
export const inMarkdown = ({ title, note, columns, rows }: Table): string =>
  [
    `### ${title}`,
    '',
    note,
    '',
    `| ${columns.join(' | ')} |`,
    `| ${columns.map((_, index) => (index === 0 ? '---' : '---:')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
