import { GroupCommit } from '@tallystick/platform';
import type { LedgerCommand } from '@tallystick/ledger';
import { Bank, mustBePosted, oneOf, postTogether } from './bank.js';
import { oneStatementTransfers } from './one-statement.js';
import type { Options } from './options.js';
import { openSingleCallLedger } from './pgledger.js';
import { rate, times, type Findings } from './report.js';
import { callsPerSecond, takeTurns, type Contestant } from './rounds.js';
import type { BenchDatabase } from './stage.js';
import { Twin } from './twin.js';

const CALLERS = [1, 8, 64];
const ACCOUNTS = 10_000;

type Move = () => Promise<unknown>;

/** The ledger in process: single posts of many callers, against ledgers that commit each transfer by itself. */
export async function measureLedger({ uow, owner }: BenchDatabase, options: Options, tell: (step: string) => void): Promise<Findings> {
  tell('opening accounts');
  const bank = await Bank.open(uow);
  const plain = await bank.openPlain(ACCOUNTS);
  const { accounts: members } = await bank.enroll(ACCOUNTS);
  for (let lots = 0; lots < 3; lots++)
    for (let start = 0; start < ACCOUNTS; start += 5_000)
      await bank.post(members.slice(start, start + 5_000).map((member) => bank.earn(member)));
  const single = await openSingleCallLedger(owner, ACCOUNTS);
  const twin = await Twin.of(owner, bank.ctx.tenantId);
  const byHand = oneStatementTransfers(owner, twin.tenantId);
  await owner.query('vacuum analyze');

  const group = new GroupCommit(uow, postTogether);
  const post = async (command: LedgerCommand): Promise<void> => mustBePosted(await group.submit(bank.ctx, command));
  const moves: Record<string, Move> = {
    'ledger, spread': () => post(bank.transfer(...twoOf(plain))),
    'single call, spread': () => single.transfer(...twoOf(single.accounts)),
    'one statement, spread': () => byHand(...twoOf(plain)),
    'ledger, hot': () => post(bank.transfer(bank.issuance, oneOf(plain))),
    'single call, hot': () => single.transfer(single.house, oneOf(single.accounts)),
    'one statement, hot': () => byHand(bank.issuance, oneOf(plain)),
    'ledger, lots': () => post(Math.random() < 0.5 ? bank.earn(oneOf(members)) : bank.redeem(oneOf(members))),
  };
  const contestants = CALLERS.flatMap((callers) =>
    Object.entries(moves).map(([name, move]): Contestant => ({
      name: `${name}, ${callers}`,
      turn: () => callsPerSecond(callers, options.turnMs, move),
    })),
  );
  const figures = await takeTurns(options.rounds, contestants, tell);
  const figure = (name: string, callers: number) => figures.get(`${name}, ${callers}`)!;

  const row = (callers: number, load: 'spread' | 'hot') => {
    const [ours, call, statement] = ['ledger', 'single call', 'one statement'].map((name) => figure(`${name}, ${load}`, callers));
    return [
      `${callers} callers, ${load === 'hot' ? 'one account in every transfer' : 'spread over 10,000 accounts'}`,
      rate(ours!.median),
      rate(call!.median),
      rate(statement!.median),
      times(ours!.over(call!)),
      times(ours!.over(statement!)),
    ];
  };
  const lots = (callers: number) => [
    `${callers} callers, half earning, half redeeming from lots`,
    rate(figure('ledger, lots', callers).median),
    '',
    '',
    times(figure('ledger, lots', callers).over(figure('single call, hot', callers))),
    '',
  ];
  const goal = (load: 'spread' | 'hot', wanted: number) => ({
    text: `Ledger in process, 64 callers, ${load}, over one call a transfer`,
    measured: figure(`ledger, ${load}`, 64).over(figure(`single call, ${load}`, 64)),
    wanted,
    sense: 'at least' as const,
  });
  return {
    tables: [
      {
        title: 'Single posts in process, transfers a second',
        note:
          'The ledger with group commit, against a ledger in the manner of pgledger (one function call and one commit a transfer) and against one ' +
          'hand-written statement and commit a transfer that inserts and updates the same rows and checks nothing.',
        columns: ['Load', 'ledger', 'one call', 'one statement', 'over call', 'over statement'],
        rows: CALLERS.flatMap((callers) => [row(callers, 'spread'), row(callers, 'hot'), lots(callers)]),
      },
    ],
    goals: [goal('spread', 6), goal('hot', 20)],
  };
}

/** Two different ones, at random. */
function twoOf(accounts: readonly string[]): [string, string] {
  const [from, to] = [oneOf(accounts), oneOf(accounts)];
  return from === to ? twoOf(accounts) : [from, to];
}
