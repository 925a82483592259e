import { VerifyAuditTrail, type AuditVerification } from '@tallystick/compliance';
import { CommandFailure } from '../ledger/failure.js';
import { readLines } from '../ledger/json-lines.js';
import { LedgerDatabase } from '../ledger/ledger-database.js';
import { EXIT, parse, run, whereCalled, type Surroundings } from '../ledger/surroundings.js';

const HELP = `Checks that the audit trails are what was recorded: of every tenant, and of the platform itself.

  npm run verify-audit                  the database of DATABASE_URL, or of the running demo

  --tenant SLUG         one tenant instead of all and the platform
  --against FILE        what --json printed earlier: those records must still be there, unchanged
  --json                the result as JSON, one line a trail: keep it elsewhere, for --against

Ends with 0 when everything is what was recorded, 1 when something is not, 2 when it could not be checked.
`;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

interface Trail {
  readonly tenantId: string | null;
  readonly name: string;
}

/** By tenant (`platform` for the platform itself) and number, the hash of a record that was seen earlier. */
type Known = Map<string, Map<string, string>>;

/** `npm run verify-audit`: from its arguments to its exit status. */
export const verifyAuditCommand = (surroundings: Surroundings): Promise<number> =>
  run(surroundings, async () => {
    const { values, positionals } = parse(surroundings.args, {
      tenant: text,
      against: { ...text, multiple: true },
      json: flag,
      help: { ...flag, short: 'h' },
    });
    if (positionals.length > 0) throw new CommandFailure(`${positionals[0]} is not understood; --help shows what there is`);
    if (values.help) {
      surroundings.stdout.write(HELP);
      return EXIT.fine;
    }
    const known = await readKnown(values.against ?? [], surroundings.env);
    const database = await LedgerDatabase.open(surroundings.env);
    try {
      let status: number = EXIT.fine;
      for (const { tenantId, name } of await trailsOf(database, values.tenant)) {
        const found = await database.within(tenantId, (tx) => new VerifyAuditTrail().find(tx, known.get(tenantId ?? PLATFORM)));
        surroundings.stdout.write(values.json ? `${JSON.stringify(found)}\n` : asText(name, found));
        if (found.problem) status = EXIT.found;
      }
      return status;
    } finally {
      await database.close();
    }
  });

const PLATFORM = 'platform';

async function trailsOf(database: LedgerDatabase, wanted?: string): Promise<Trail[]> {
  const tenants = (await database.tenants(wanted)).map(({ id, slug }) => ({ tenantId: id, name: `Tenant ${slug}` }));
  return wanted === undefined ? [{ tenantId: null, name: 'The platform itself' }, ...tenants] : tenants;
}

async function readKnown(files: readonly string[], env: Surroundings['env']): Promise<Known> {
  const known: Known = new Map();
  for (const file of files) {
    for await (const line of readLines(whereCalled(file, env))) {
      if (line.trim() === '') continue;
      const { tenant_id, records, hash } = readSeen(line, file);
      const trail = known.get(tenant_id ?? PLATFORM) ?? new Map<string, string>();
      if ((trail.get(records) ?? hash) !== hash) throw new CommandFailure(`what is kept contradicts itself about record ${records}`);
      if (records !== '0') known.set(tenant_id ?? PLATFORM, trail.set(records, hash));
    }
  }
  return known;
}

function readSeen(line: string, file: string): AuditVerification {
  try {
    const seen = JSON.parse(line) as AuditVerification;
    if (/^\d+$/.test(seen.records) && /^[0-9a-f]{64}$/.test(seen.hash)) return seen;
  } catch {
    // told below
  }
  throw new CommandFailure(`${file} is not what --json printed`);
}

function asText(name: string, { records, hash, problem }: AuditVerification): string {
  const count = `${Number(records).toLocaleString('en-US')} record${records === '1' ? '' : 's'}`;
  if (problem) return `${name}: ALTERED. Record ${problem.number} ${problem.reason}; ${count} before it as recorded.\n`;
  return records === '0'
    ? `${name}: nothing was recorded yet.\n`
    : `${name}: ${count}, as recorded. The last one stands for all: ${hash}\n`;
}
