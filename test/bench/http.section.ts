import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { startApp } from './app-process.js';
import { Bank, oneOf, purchaseLines } from './bank.js';
import { Integrator, type Load } from './integrator.js';
import { openRivals } from './lists.section.js';
import type { Options } from './options.js';
import { raceLists } from './race.js';
import { milliseconds, rate, times, type Findings, type Goal } from './report.js';
import { Figure, median, takeTurns } from './rounds.js';
import type { Stage } from './stage.js';

const CONNECTIONS = [1, 8, 64];
const BATCHES = [100, 1_000, 5_000];
const MEMBERS = 10_000;

/** The API in a process of its own, called over the loopback interface. */
export async function measureHttp(stage: Stage, options: Options, tell: (step: string) => void): Promise<Findings> {
  tell('starting the API');
  const { appUrl, owner, uow } = await stage.database('bench_http');
  const [port, barePort] = [await stage.freePort(), await stage.freePort()];
  const environment = {
    DATABASE_URL: appUrl,
    TALLYSTICK_KEY: randomBytes(32).toString('base64'),
    TALLYSTICK_DATA_DIR: stage.folder,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  const api = await startApp('apps/public-api/src/main.js', port, path.join(stage.folder, 'api.log'), environment);
  stage.endsWith(api.stop);
  const bare = await startApp('test/bench/bare-api.js', barePort, path.join(stage.folder, 'bare.log'), environment);
  stage.endsWith(bare.stop);
  const bank = await Bank.open(uow);
  const integrator = await Integrator.of(bank, api.url);
  const { references } = await bank.enroll(MEMBERS);
  const rivals = await openRivals(owner, bank);

  const spread = (): string => oneOf(references);
  const hot = (): string => references[0] as string;
  const loads: Record<string, (connections: number) => Promise<Load>> = {
    bare: (connections) => integrator.earn(bare.url, connections, options.turnMs, spread),
    spread: (connections) => integrator.earn(api.url, connections, options.turnMs, spread),
    hot: (connections) => integrator.earn(api.url, connections, options.turnMs, hot),
    keyed: (connections) => integrator.earn(api.url, connections, options.turnMs, spread, true),
  };
  const waits = new Map<string, Load[]>();
  const figures = await takeTurns(
    options.rounds,
    CONNECTIONS.flatMap((connections) =>
      Object.entries(loads).map(([name, send]) => ({
        name: `${name}, ${connections}`,
        turn: async () => {
          const load = await send(connections);
          waits.set(`${name}, ${connections}`, [...(waits.get(`${name}, ${connections}`) ?? []), load]);
          return load.perSecond;
        },
      })),
    ),
    tell,
  );
  const wait = (name: string, which: 'p50' | 'p99'): string =>
    milliseconds(median((waits.get(name) ?? []).slice(1).map((load) => load[which])));
  const single = (label: string, name: string, connections: number): string[] => {
    const [id, floor] = [`${name}, ${connections}`, `bare, ${connections}`];
    return [
      `${connections} connections, ${label}`,
      rate(figures.get(id)!.median),
      times(figures.get(id)!.over(figures.get(floor)!)),
      wait(id, 'p50'),
      wait(id, 'p99'),
    ];
  };

  const batches: { size: number; http: Figure; sql: Figure }[] = [];
  for (const size of BATCHES) {
    tell(`batches of ${size}`);
    const race = await raceLists(rivals, { size, ...options }, () => integrator.postBatch(api.url, purchaseLines(size, references)));
    batches.push({ size, http: race.platform, sql: race.sql });
  }

  const largest = batches.at(-1)!;
  const ratio = (name: string): number => figures.get(`${name}, 64`)!.over(figures.get('bare, 64')!);
  const goals: Goal[] = [
    {
      text: 'HTTP earn, 64 connections, spread, of the same stack without a database',
      measured: ratio('spread'),
      wanted: 0.6,
      sense: 'at least',
    },
    {
      text: 'HTTP earn, 64 connections, hot, of the same stack without a database',
      measured: ratio('hot'),
      wanted: 0.6,
      sense: 'at least',
    },
    {
      text: 'HTTP earn, 64 connections, one hot member, of the spread case',
      measured: figures.get('hot, 64')!.over(figures.get('spread, 64')!),
      wanted: 0.6,
      sense: 'at least',
    },
    {
      text: 'Time of a batch of 5,000 over HTTP, of SQL writing the same rows',
      measured: largest.sql.over(largest.http),
      wanted: 2,
      sense: 'at most',
    },
  ];
  return {
    tables: [
      {
        title: 'Single earnings over HTTP, requests a second',
        note: '`POST /api/v1/points/earn` by the API in a process of its own, against a route of the same stack that reads, checks, authenticates and answers the same without a database. The caller runs on the same cores.',
        columns: ['Load', 'requests/s', 'of bare', 'p50', 'p99'],
        rows: CONNECTIONS.flatMap((connections) => [
          single('without a database', 'bare', connections),
          single('spread over 10,000 members', 'spread', connections),
          single('one hot member', 'hot', connections),
          single('spread, each with an Idempotency-Key', 'keyed', connections),
        ]),
      },
      {
        title: 'Batches over HTTP, purchases a second',
        note: '`POST /api/v1/points/batches`, one at a time, from the first byte sent to the last read; every tenth purchase enrolls a member. Against one hand-written statement that inserts and updates the same rows.',
        columns: ['Batch of', 'API', 'SQL', 'time of SQL', 'a batch takes'],
        rows: batches.map(({ size, http, sql }) => [
          size.toLocaleString('en-US'),
          rate(http.median),
          rate(sql.median),
          times(sql.over(http)),
          milliseconds((size * 1_000) / http.median),
        ]),
      },
    ],
    goals,
  };
}
