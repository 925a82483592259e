import 'reflect-metadata';
import { measureCashback } from './cashback.section.js';
import { measureDirectory } from './directory.section.js';
import { measureGrowth } from './growth.section.js';
import { measureHttp } from './http.section.js';
import { measureLedger } from './ledger.section.js';
import { measureLists } from './lists.section.js';
import { readOptions, USAGE, type Options, type SectionName } from './options.js';
import { measureRecommender } from './recommender.section.js';
import { writePage } from './page.js';
import { printed, tablesOf, type Findings } from './report.js';
import { Stage } from './stage.js';

const begun = performance.now();
let told = -Infinity;

/** Says what is being done: in one line of a terminal, elsewhere every ten seconds. */
function tell(step: string): void {
  const now = performance.now();
  const line = `[${((now - begun) / 1_000).toFixed(0).padStart(4)} s] ${step}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line.slice(0, process.stderr.columns - 1)}`);
  else if (now - told > 10_000) console.error(line);
  else return;
  told = now;
}

type Section = (stage: Stage, options: Options) => Promise<Findings>;

const SECTIONS: Readonly<Record<SectionName, Section>> = {
  ledger: async (stage, options) => measureLedger(await stage.database('bench_ledger'), options, tell),
  lists: async (stage, options) => measureLists(await stage.database('bench_lists'), options, tell),
  http: (stage, options) => measureHttp(stage, options, tell),
  directory: async (stage, options) => measureDirectory(await stage.database('bench_directory'), options, tell),
  recommender: async (stage, options) => measureRecommender(await stage.database('bench_recommender'), options, tell),
  cashback: async (stage, options) => measureCashback(await stage.database('bench_cashback'), options, tell),
  growth: (stage, options) => measureGrowth(stage, options, tell),
};

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return console.log(USAGE);
  tell('starting PostgreSQL');
  const stage = await Stage.open();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stage.close().finally(() => process.exit(1)));
  try {
    const findings: Findings[] = [];
    for (const name of options.sections) {
      const found = await SECTIONS[name](stage, options);
      tell('');
      for (const table of found.tables) console.log(printed(table));
      findings.push(found);
    }
    const goals = tablesOf(findings).filter(({ title }) => title === 'Goals');
    for (const table of goals) console.log(printed(table));
    if (options.write) await writePage(options.called, await stage.version(), findings);
  } finally {
    await stage.close();
  }
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
