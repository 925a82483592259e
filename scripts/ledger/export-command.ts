import { resolve } from 'node:path';
import type { ExportRecord } from '@tallystick/ledger';
import { CommandFailure } from './failure.js';
import { openDraft, writeRecords } from './json-lines.js';
import { LedgerDatabase } from './ledger-database.js';
import { EXIT, parse, run, type Surroundings } from './surroundings.js';

const HELP = `Exports a tenant's ledger with its seals, for npm run verify: no database is needed to check it, and no personal data is in it.

  npm run export-ledger -- FILE        JSON Lines; compressed when the name ends in .gz

  --tenant SLUG         whose ledger; the demo's tenant when left out

Reads the database of DATABASE_URL, or of the running demo.
`;

/** `npm run export-ledger`: from its arguments to its exit status. */
export const exportCommand = (surroundings: Surroundings): Promise<number> =>
  run(surroundings, async () => {
    const { values, positionals } = parse(surroundings.args, { tenant: { type: 'string' }, help: { type: 'boolean', short: 'h' } });
    if (values.help) {
      surroundings.stdout.write(HELP);
      return EXIT.fine;
    }
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new CommandFailure('give the file to write; --help shows what there is');
    const target = resolve(surroundings.env.INIT_CWD ?? '.', file);
    const draft = openDraft(target);
    const database = await LedgerDatabase.open(surroundings.env);
    try {
      const wanted = values.tenant ?? database.demoTenant;
      if (!wanted) throw new CommandFailure('say whose ledger: --tenant SLUG');
      const [tenant] = (await database.tenants(wanted)) as [{ id: string; slug: string }];
      let last: ExportRecord | undefined;
      await database.read(tenant, ({ records }) =>
        writeRecords(
          target,
          draft,
          watched(records, (record) => (last = record)),
        ),
      );
      if (last?.record === 'end') {
        surroundings.stdout.write(
          `${target}: ${last.transactions} transactions, ${last.entries} entries, ${last.seals} seals of tenant ${tenant.slug}\n`,
        );
      }
      return EXIT.fine;
    } finally {
      await database.close();
    }
  });

async function* watched(records: AsyncIterable<ExportRecord>, seen: (record: ExportRecord) => void): AsyncGenerator<ExportRecord> {
  for await (const record of records) {
    seen(record);
    yield record;
  }
}
