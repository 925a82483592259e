import { newId } from '@tallystick/kernel';
import { Bank, oneOf, purchaseLines } from './bank.js';
import type { Options } from './options.js';
import { raceLists, type Race, type Rivals } from './race.js';
import { rate, times, type Findings, type Table } from './report.js';
import type { BenchDatabase } from './stage.js';
import { Twin } from './twin.js';
import { RowReader } from './written-rows.js';

const SIZES = [1, 100, 1_000, 5_000];
const MEMBERS = 10_000;

/** Lists in process: the ledger alone, and whole batches of purchases, against hand-written SQL and COPY of the very same rows. */
export async function measureLists({ uow, owner }: BenchDatabase, options: Options, tell: (step: string) => void): Promise<Findings> {
  const tables: Table[] = [];
  const kinds = [
    {
      title: 'Lists in process, earnings with a lot each, a second',
      note: '`PostTransactions` on lists of earnings, all out of one issuance account. The same rows are then written by one hand-written statement (insert and update from arrays) and by COPY with the updates, for other tenants in the same tables.',
      postings: (bank: Bank, accounts: readonly string[], size: number) => {
        const commands = Array.from({ length: size }, () => bank.earn(oneOf(accounts)));
        return () => bank.post(commands);
      },
    },
    {
      title: 'Batches in process, purchases a second',
      note: '`PostPointsBatch`: rules, members (every tenth purchase enrolls one), lots, events, verdicts. Against the same rows by hand, as above.',
      postings: (bank: Bank, _: readonly string[], size: number, references: readonly string[]) => {
        const lines = purchaseLines(size, references);
        return () => bank.postBatch(newId(), lines);
      },
    },
  ];
  for (const { title, note, postings } of kinds) {
    tell(`${title}: enrolling members`);
    const bank = await Bank.open(uow);
    const { references, accounts } = await bank.enroll(MEMBERS);
    await bank.post(accounts.slice(0, 1).map((account) => bank.earn(account)));
    const rivals = await openRivals(owner, bank);
    const races: Race[] = [];
    for (const size of SIZES) {
      tell(`${title}: lists of ${size}`);
      races.push(
        await raceLists(rivals, { size, ...options }, async () => {
          const post = postings(bank, accounts, size, references);
          const begun = performance.now();
          await post();
          return performance.now() - begun;
        }),
      );
    }
    tables.push({ title, note, columns: COLUMNS, rows: SIZES.map((size, index) => row(size, races[index] as Race)) });
  }
  return { tables, goals: [] };
}

const COLUMNS = ['List of', 'platform', 'SQL', 'COPY', 'of SQL', 'of COPY'];

const row = (size: number, { platform, sql, copy }: Race): string[] => [
  size.toLocaleString('en-US'),
  rate(platform.median),
  rate(sql.median),
  rate(copy.median),
  times(platform.over(sql)),
  times(platform.over(copy)),
];

/** Twins of the bank as it stands, with statistics that fit. */
export async function openRivals(owner: BenchDatabase['owner'], bank: Bank): Promise<Rivals> {
  const { tenantId } = bank.ctx;
  const [sql, copy] = [await Twin.of(owner, tenantId), await Twin.of(owner, tenantId)];
  await owner.query('vacuum analyze');
  return { reader: await RowReader.open(owner, tenantId), sql, copy };
}
