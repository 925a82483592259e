import type { LedgerCommand } from '@tallystick/ledger';
import { Bank, oneOf } from './bank.js';
import { fillHistory } from './fill.js';
import type { Options } from './options.js';
import { rate, times, type Findings, type Goal } from './report.js';
import { takeTurns, type Contestant } from './rounds.js';
import type { Stage } from './stage.js';

const LIST = 1_000;
const SMALLEST = 10_000;

/** What a list of 1,000 costs as the ledger grows: a database for each size, all measured in turns. */
export async function measureGrowth(
  stage: Stage,
  { entries, rounds, turnPostings }: Options,
  tell: (step: string) => void,
): Promise<Findings> {
  const contestants: Contestant[] = [];
  const lists = Math.ceil(turnPostings / LIST);
  for (const size of entries) {
    const { uow, owner } = await stage.database(`bench_growth_${size}`);
    const bank = await Bank.open(uow);
    const accounts = await fillHistory(owner, bank, size, tell);
    const kinds: Record<string, () => LedgerCommand> = {
      earning: () => bank.earn(oneOf(accounts)),
      mixed: () => (Math.random() < 0.5 ? bank.earn(oneOf(accounts)) : bank.redeem(oneOf(accounts))),
    };
    for (const [kind, make] of Object.entries(kinds)) {
      contestants.push({
        name: `${kind}, ${size}`,
        turn: async () => {
          const prepared = Array.from({ length: lists }, () => Array.from({ length: LIST }, make));
          const begun = performance.now();
          for (const list of prepared) await bank.post(list);
          return (lists * LIST * 1_000) / (performance.now() - begun);
        },
      });
    }
  }
  const figures = await takeTurns(rounds, contestants, tell);
  const figure = (kind: string, size: number) => figures.get(`${kind}, ${size}`)!;
  const share = (kind: string, size: number): number => figure(kind, size).over(figure(kind, SMALLEST));
  const goal = (size: number): Goal => ({
    text: `Lists of 1,000 with ${size.toLocaleString('en-US')} entries, of the rate with ${SMALLEST.toLocaleString('en-US')}`,
    measured: share('earning', size),
    wanted: 0.9,
    sense: 'at least',
  });
  return {
    tables: [
      {
        title: 'Growth: lists of 1,000 in ledgers of different sizes, postings a second',
        note: 'Each size has a database of its own, filled with a consistent past; the sizes take turns.',
        columns: [
          'Entries',
          'earning',
          `of ${SMALLEST.toLocaleString('en-US')}`,
          'half redeeming',
          `of ${SMALLEST.toLocaleString('en-US')}`,
        ],
        rows: entries.map((size) => [
          size.toLocaleString('en-US'),
          rate(figure('earning', size).median),
          times(share('earning', size)),
          rate(figure('mixed', size).median),
          times(share('mixed', size)),
        ]),
      },
    ],
    goals: entries.filter((size) => size > SMALLEST).map(goal),
  };
}
