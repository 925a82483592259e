import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestContext } from '@tallystick/kernel';
import { identityEntities, RotateSigningKey, signingKeyAad } from '@tallystick/identity';
import { constraintOf, createDataSource, Keyring, UnitOfWork, type WriteTx } from '@tallystick/platform';
import { CommandFailure } from '../ledger/failure.js';
import { EXIT, parse, run, type Surroundings } from '../ledger/surroundings.js';

const HELP = `Puts the next signing key of access tokens to work, retires the present one and publishes another next one.

  npm run rotate-signing-key

  --insist              also within ten minutes of the last rotation, when verifiers may not know the next key yet
  --forget-retired      takes retired keys away at once: whatever they signed ends within a minute. For a key that leaked

Works on the database of DATABASE_URL with the key of TALLYSTICK_KEY, or on the running demo. No app is restarted, and no token that is
out is lost, unless --forget-retired is given.

Ends with 0 when the key was rotated, 2 when it was not.
`;
const flag = { type: 'boolean' } as const;

/** Verifiers keep their copy of the published keys for five minutes (`max-age` of the key set); twice as long is sure. */
const PUBLISHED = `interval '10 minutes'`;

interface Row {
  status: 'next' | 'current' | 'previous';
  kid: string;
  private_key: string;
  is_young: boolean;
}

/** `npm run rotate-signing-key`: from its arguments to its exit status. */
export const rotateSigningKeyCommand = (surroundings: Surroundings): Promise<number> =>
  run(surroundings, async () => {
    const { values, positionals } = parse(surroundings.args, { insist: flag, 'forget-retired': flag, help: { ...flag, short: 'h' } });
    if (positionals.length > 0) throw new CommandFailure(`${positionals[0]} is not understood; --help shows what there is`);
    const { env, stdout } = surroundings;
    if (values.help) {
      stdout.write(HELP);
      return EXIT.fine;
    }
    const { url, master } = placeOf(env);
    const keyring = new Keyring([master]);
    const keys = await inDatabase(url, async (tx) => {
      checkKeys(await keysOf(tx), keyring, values.insist === true);
      await new RotateSigningKey(keyring).execute(tx, { forgetRetired: values['forget-retired'] });
      return keysOf(tx);
    });
    stdout.write(keys.map(({ status, kid }) => `${status.padEnd(8)} ${kid}\n`).join(''));
    return EXIT.fine;
  });

/** The database and its master key: both from the environment, or both of the demo. */
function placeOf(env: Surroundings['env']): { url: string; master: Buffer } {
  const dataDir = env.TALLYSTICK_DATA_DIR || '.data';
  const demo = env.DATABASE_URL ? {} : { ...readJson(join(dataDir, 'demo.json')), ...readJson(join(dataDir, 'secrets.json')) };
  const url = env.DATABASE_URL || demo.app_database_url;
  if (!url) throw new CommandFailure('there is no database: set DATABASE_URL and TALLYSTICK_KEY, or start the demo with npm start');
  const master = Buffer.from(env.TALLYSTICK_KEY || demo.TALLYSTICK_KEY || '', 'base64');
  if (master.length !== 32) throw new CommandFailure('TALLYSTICK_KEY is not set: give the one that the apps have');
  return { url, master };
}

function readJson(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

const keysOf = (tx: WriteTx): Promise<Row[]> =>
  tx.query<Row>(
    `select status, kid, private_key, created_at > now() - ${PUBLISHED} as is_young from signing_key
     order by array_position(array['next', 'current', 'previous'], status), retired_at desc`,
  );

/** A key that the apps cannot open would stop every sign-in, one that verifiers do not know yet would have its tokens refused. */
function checkKeys(keys: Row[], keyring: Keyring, insist: boolean): void {
  for (const { kid, private_key } of keys) {
    try {
      keyring.decrypt(private_key, signingKeyAad(kid));
    } catch {
      throw new CommandFailure('TALLYSTICK_KEY is not that of this installation: its signing keys do not open with it');
    }
  }
  if (!insist && keys.some(({ status, is_young: isYoung }) => status === 'next' && isYoung))
    throw new CommandFailure('the next key was published less than ten minutes ago, and verifiers may not know it yet: wait, or --insist');
}

async function inDatabase<T>(url: string, work: (tx: WriteTx) => Promise<T>): Promise<T> {
  const dataSource = createDataSource({ url, entities: identityEntities, poolSize: 1, name: 'tallystick-rotate-signing-key' });
  try {
    await dataSource.initialize();
  } catch (error) {
    const where = URL.canParse(url) ? new URL(url).host : 'DATABASE_URL';
    throw new CommandFailure(`the database at ${where} cannot be reached: ${(error as Error).message}`);
  }
  const actor = { type: 'system', id: 'rotate-signing-key' } as const;
  try {
    return await new UnitOfWork(dataSource).platform(requestContext({ tenantId: null, actor, requestId: 'rotate-signing-key' }), work);
  } catch (error) {
    const { code } = constraintOf(error);
    if (code === '42501') throw new CommandFailure("DATABASE_URL may not read the signing keys: use the APIs' role or the owner's");
    if (code === '42P01') throw new CommandFailure('this database is not migrated: run npm run migrate first');
    throw error;
  } finally {
    await dataSource.destroy();
  }
}
