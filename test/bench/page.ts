import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { inMarkdown, tablesOf, type Findings } from './report.js';

const PAGE = path.resolve(import.meta.dirname, '../../../docs/performance.md');
const [BEGIN, END] = ['<!-- written by the bench, from here -->', '<!-- to here -->'];

/** Puts the tables of a run into the page, in place of those of the run before; what is written by hand stays. */
export async function writePage(called: string, postgres: string, findings: readonly Findings[]): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`docs/performance.md lacks its marks ${BEGIN} and ${END}`);
  const run = `\`${called}\`, ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores, Node ${process.versions.node}, PostgreSQL ${postgres}.`;
  const tables = tablesOf(findings).map(inMarkdown);
  const written = `${page.slice(0, before)}${[BEGIN, run, ...tables].join('\n\n')}\n\n${page.slice(after)}`;
  writeFileSync(PAGE, await format(written, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}
