import { LedgerVerifier, proofProblems, type ExportRecord, type InclusionProof, type Trust, type Verification } from '@tallystick/ledger';
import { CommandFailure } from './failure.js';
import { readLines } from './json-lines.js';
import { LedgerDatabase } from './ledger-database.js';
import { asText, type Finding } from './report.js';
import { EXIT, parse, run, whereCalled, type Surroundings } from './surroundings.js';
import { readTrust } from './trust.js';

const HELP = `Checks that a ledger is what was sealed.

  npm run verify -- EXPORT             a file of npm run export-ledger; needs no database
  npm run verify -- PROOF              an answer of GET /ledger/entries/{id}/proof
  npm run verify -- --database         the database of DATABASE_URL, or of the running demo; here the books are reconciled as well

  --tenant SLUG         with --database: one tenant instead of all
  --public-key KEY      the key that seals must be signed by: a PEM file, or the base64 text that the API publishes
  --against FILE        seals kept from earlier (an export, an answer of GET /ledger/seals): they must still be there, unchanged
  --json                the result as JSON

Ends with 0 when everything is what was sealed, 1 when something is not, 2 when it could not be checked.
`;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

interface Wish {
  readonly json: boolean;
  readonly trust: Trust;
}

/** `npm run verify`: from its arguments to its exit status. */
export const verifyCommand = (surroundings: Surroundings): Promise<number> =>
  run(surroundings, async () => {
    const { values, positionals } = parse(surroundings.args, {
      database: flag,
      tenant: text,
      'public-key': { ...text, multiple: true },
      against: { ...text, multiple: true },
      json: flag,
      help: { ...flag, short: 'h' },
    });
    if (values.help) {
      surroundings.stdout.write(HELP);
      return EXIT.fine;
    }
    const [file, ...others] = positionals;
    if (others.length > 0 || (file === undefined) === !values.database) {
      throw new CommandFailure('give one file to check, or --database; --help shows what there is');
    }
    const trust = await readTrust({ publicKeys: values['public-key'] ?? [], against: values.against ?? [] }, surroundings.env);
    const wish = { json: values.json ?? false, trust };
    return file === undefined
      ? verifyDatabase(surroundings, wish, values.tenant)
      : verifyFile(surroundings, wish, whereCalled(file, surroundings.env));
  });

async function verifyDatabase(surroundings: Surroundings, wish: Wish, tenant?: string): Promise<number> {
  const database = await LedgerDatabase.open(surroundings.env);
  try {
    let status: number = EXIT.fine;
    for (const one of await database.tenants(tenant)) {
      const found = await database.read(one, async ({ records, reconcile }) => ({
        ...(await check(records, wish.trust)),
        ...(await reconcile()),
      }));
      status = Math.max(status, tell(surroundings, wish, one.slug, found));
    }
    return status;
  } finally {
    await database.close();
  }
}

async function verifyFile(surroundings: Surroundings, wish: Wish, file: string): Promise<number> {
  const lines: string[] = [];
  for await (const line of readLines(file)) {
    if (line.startsWith('{"record":')) return tell(surroundings, wish, '', await check(recordsOf(file), wish.trust));
    if (lines.push(line) > 1_000) break;
  }
  return verifyProof(surroundings, wish, file, lines.join('\n'));
}

/** A line that is no JSON ends the export there: the verifier misses its last record. */
async function* recordsOf(file: string): AsyncGenerator<ExportRecord> {
  try {
    for await (const line of readLines(file)) if (line) yield JSON.parse(line) as ExportRecord;
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
  }
}

async function check(records: AsyncIterable<ExportRecord>, trust: Trust): Promise<Verification> {
  const verifier = new LedgerVerifier(trust);
  for await (const record of records) verifier.take(record);
  return verifier.finish();
}

function tell({ stdout }: Surroundings, { json, trust }: Wish, name: string, found: Finding): number {
  stdout.write(json ? `${JSON.stringify(found)}\n` : asText(name || found.tenant_id, found, trust));
  return found.problem_count === 0 && found.balanced !== false ? EXIT.fine : EXIT.found;
}

function verifyProof({ stdout }: Surroundings, { json, trust }: Wish, file: string, content: string): number {
  const proof = readProof(content);
  if (!proof) throw new CommandFailure(`${file} is neither an export of a ledger nor a proof of an entry`);
  const problems = proofProblems(proof, trust);
  if (json) stdout.write(`${JSON.stringify({ entry_id: proof.entry_id, problems })}\n`);
  else if (problems.length > 0) stdout.write(`NOT PROVEN. Of entry ${proof.entry_id}: ${problems.join('; ')}.\n`);
  else
    stdout.write(
      `Proven: entry ${proof.entry_id} with the amount ${proof.leaf.amount} is under seal ${proof.seal.number}, signed by ${proof.seal.key_id}.\n`,
    );
  return problems.length === 0 ? EXIT.fine : EXIT.found;
}

function readProof(content: string): InclusionProof | undefined {
  try {
    const value = JSON.parse(content) as InclusionProof & { data?: InclusionProof };
    const proof = value.data ?? value;
    return proof.leaf && Array.isArray(proof.path) && proof.seal ? proof : undefined;
  } catch {
    return undefined;
  }
}
