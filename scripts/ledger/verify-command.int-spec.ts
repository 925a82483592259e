import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { newId } from '@tallystick/kernel';
import { FindSeals, ProveEntry, SealEntries, type InclusionProof } from '@tallystick/ledger';
import { Keyring, type UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../test/support/database.js';
import { insertTenant, ledgerFixture, type LedgerFixture } from '../../test/support/ledger.js';
import { tamper } from '../../test/support/tamper.js';
import { exportCommand } from './export-command.js';
import { verifyCommand } from './verify-command.js';

let database: TestDatabase;
let worker: { uow: UnitOfWork; close(): Promise<void> };
let ledger: LedgerFixture;
let account: string;
let slug: string;
let folder: string;
const keyring = new Keyring([randomBytes(32)]);

beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openUnitOfWork(database.workerUrl);
});
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tallystick-verify-'));
  slug = `t-${newId().slice(-12)}`;
  ledger = await ledgerFixture(worker.uow, await insertTenant(database.ownerUrl, slug));
  account = await ledger.openAccount();
  await earn(5);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(async () => {
  await worker?.close();
  await database?.close();
});

async function earn(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const [id, reference] = [newId(), { key: `order ${newId()} of Asha`, hash: 'a'.repeat(64) }];
    await ledger.post({ act: 'post', id, kind: 'earn', account, legs: [{ from: ledger.issuance, to: account, amount: 10n }], reference });
  }
  while (await worker.uow.run(ledger.ctx, (tx) => new SealEntries(keyring).execute(tx, 2)));
}

type Command = typeof verifyCommand;
async function call(
  command: Command,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const status = await command({
    args,
    env: { DATABASE_URL: database.ownerUrl, INIT_CWD: folder, ...env },
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
  });
  return { status, ...said };
}
const verify = (...args: string[]) => call(verifyCommand, args);
const exported = async (name = 'ledger.jsonl'): Promise<string> => {
  expect(await call(exportCommand, [name, '--tenant', slug])).toMatchObject({
    status: 0,
    out: expect.stringContaining('5 transactions, 10 entries, 3 seals'),
  });
  return path.join(folder, name);
};
const rewrite = (file: string, change: (text: string) => string): void => writeFileSync(file, change(readFileSync(file, 'utf8')));
const seals = () => worker.uow.read(ledger.ctx, (tx) => new FindSeals().list(tx, 100));

describe('verify on an export', () => {
  test('needs no database and confirms what was sealed', async () => {
    await exported();
    const answer = await call(verifyCommand, ['ledger.jsonl'], { DATABASE_URL: '' });
    expect(answer).toMatchObject({ status: 0, err: '' });
    expect(answer.out).toMatch(
      /5 transactions of 10 entries under 3 seals\.\nSeal 3 of .*\nSigned by [\w-]{43}, the key that came with it.*\nEvery entry is what was sealed\.\n/,
    );
  });

  test('reads a compressed one, which holds no personal data', async () => {
    const file = await exported('ledger.jsonl.gz');
    expect(await verify('ledger.jsonl.gz')).toMatchObject({ status: 0 });
    expect(gunzipSync(readFileSync(file)).toString()).not.toContain('Asha');
  });

  test('names an entry that was changed in the file, and ends with 1', async () => {
    rewrite(await exported(), (text) =>
      text.replace(`"seq":"3"`, `"seq":"3","note":"x"`).replace('"amount":"10","balance_after":"30"', '"amount":"11","balance_after":"30"'),
    );
    const answer = await verify('ledger.jsonl');
    expect(answer).toMatchObject({ status: 1 });
    expect(answer.out).toMatch(
      new RegExp(`ALTERED\\. 2 problems, the first one first:\\n  entry ${account}:3 of transaction 10000003 is not what seal 2 sealed`),
    );
    expect(JSON.parse((await verify('ledger.jsonl', '--json')).out)).toMatchObject({
      problem_count: 2,
      problems: [{ subject: `entry ${account}:3` }, {}],
    });
  });

  test.each<[string, (lines: string[]) => string[]]>([
    ['its end', (lines) => lines.slice(0, -2)],
    ['half a line', (lines) => [...lines.slice(0, -4), (lines.at(-4) as string).slice(0, 40)]],
    ['a transaction', (lines) => lines.filter((line) => !line.includes('"number":"10000004"'))],
    ['a seal', (lines) => lines.filter((line) => !line.startsWith('{"record":"seal","number":"2"'))],
    ['its beginning', (lines) => lines.slice(1)],
  ])('notices that %s is missing', async (_, change) => {
    rewrite(await exported(), (text) => change(text.split('\n')).join('\n'));
    expect(await verify('ledger.jsonl')).toMatchObject({ status: 1, out: expect.stringContaining('ALTERED') });
  });

  test('holds it against the key and the seals that the auditor brings along', async () => {
    await exported();
    const kept = await seals();
    writeFileSync(path.join(folder, 'kept.json'), JSON.stringify({ success: true, data: kept }, null, 2));
    writeFileSync(path.join(folder, 'events.jsonl'), kept.map((seal) => JSON.stringify({ type: 'ledger.sealed', data: seal })).join('\n'));
    const { public_key } = kept[0] as { public_key: string };
    const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(public_key, 'base64')]).toString('base64')}\n-----END PUBLIC KEY-----\n`;
    writeFileSync(path.join(folder, 'key.pem'), pem);
    for (const key of [public_key, 'key.pem']) {
      const answer = await verify(
        'ledger.jsonl',
        '--public-key',
        key,
        '--against',
        'kept.json',
        '--against',
        'events.jsonl',
        '--against',
        'ledger.jsonl',
      );
      expect(answer).toMatchObject({ status: 0, out: expect.stringContaining('a key you gave') });
    }
    expect(await verify('ledger.jsonl', '--public-key', randomBytes(32).toString('base64'))).toMatchObject({
      status: 1,
      out: expect.stringContaining('another key'),
    });
    writeFileSync(path.join(folder, 'kept.json'), JSON.stringify([{ number: 3, chain: '0'.repeat(64) }]));
    expect(await verify('ledger.jsonl', '--against', 'kept.json')).toMatchObject({
      status: 1,
      out: expect.stringContaining('seal 3 is another one than was known'),
    });
  });

  test('checks the proof of one entry', async () => {
    const answer = await worker.uow.read(ledger.ctx, (tx) => new ProveEntry(new FindSeals()).find(tx, { account_id: account, seq: '4' }));
    const { proof } = answer as { proof: InclusionProof };
    const file = path.join(folder, 'proof.json');
    writeFileSync(file, JSON.stringify({ success: true, data: proof }, null, 2));
    expect(await verify('proof.json')).toMatchObject({
      status: 0,
      out: expect.stringMatching(`^Proven: entry ${account}:4 with the amount 10 is under seal 2`),
    });
    for (const [part, other] of Object.entries({ amount: '99', tenant_id: newId(), seq: '5' })) {
      writeFileSync(file, JSON.stringify({ ...proof, leaf: { ...proof.leaf, [part]: other } }));
      expect(await verify('proof.json')).toMatchObject({ status: 1, out: expect.stringContaining('NOT PROVEN') });
    }
    writeFileSync(file, JSON.stringify(proof));
    expect(await verify('proof.json', '--public-key', randomBytes(32).toString('base64'))).toMatchObject({ status: 1 });
  });

  test('says in a sentence what it cannot do, and ends with 2', async () => {
    writeFileSync(path.join(folder, 'other.csv'), 'a,b\n1,2\n');
    for (const args of [
      [],
      ['x', '--database'],
      ['nowhere.jsonl'],
      ['other.csv'],
      ['other.csv', '--public-key', 'abc'],
      ['--tennant'],
      ['other.csv', '--against', 'other.csv'],
    ]) {
      expect(await verify(...args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(/^[^\n]{20,200}\n$/) });
    }
    expect(await verify('--help')).toMatchObject({ status: 0, out: expect.stringContaining('--database') });
  });
});

describe('verify on a database', () => {
  test('as superuser one entry is altered: verify names it', async () => {
    expect(await verify('--database', '--tenant', slug)).toMatchObject({
      status: 0,
      out: expect.stringContaining('Every entry is what was sealed, and the books balance.'),
    });
    const change = 'update ledger_entry set amount = 1000 where tenant_id = $1 and account_id = $2 and seq = 3';
    expect(await tamper(database.ownerUrl, change, [ledger.ctx.tenantId, account])).toBe(1);
    const answer = await verify('--database');
    expect(answer).toMatchObject({ status: 1 });
    expect(answer.out).toContain(`entry ${account}:3 of transaction 10000003 is not what seal 2 sealed: changed or added since`);
    await tamper(database.ownerUrl, 'update ledger_entry set amount = 10 where tenant_id = $1 and account_id = $2 and seq = 3', [
      ledger.ctx.tenantId,
      account,
    ]);
    expect(await verify('--database')).toMatchObject({ status: 0 });
  });

  test('reconciles the books as well: a balance is not sealed, but it must fit', async () => {
    await tamper(database.ownerUrl, 'update ledger_account set posted = posted + 5 where tenant_id = $1 and id = $2', [
      ledger.ctx.tenantId,
      account,
    ]);
    const answer = await verify('--database', '--tenant', slug);
    expect(answer).toMatchObject({ status: 1 });
    expect(answer.out).toContain(`The books do not balance:\n  account_balance of ${account}: expected 50, found 55\n`);
    await tamper(database.ownerUrl, 'update ledger_account set posted = posted - 5 where tenant_id = $1 and id = $2', [
      ledger.ctx.tenantId,
      account,
    ]);
  });

  test('also with the trigger switched off by its owner', async () => {
    await tamper(database.ownerUrl, 'alter table ledger_transaction disable trigger append_only');
    await tamper(database.ownerUrl, `update ledger_transaction set metadata = '{"a":1}' where tenant_id = $1 and number = 10000005`, [
      ledger.ctx.tenantId,
    ]);
    await tamper(database.ownerUrl, 'alter table ledger_transaction enable trigger append_only');
    expect(await verify('--database', '--tenant', slug)).toMatchObject({
      status: 1,
      out: expect.stringContaining('of transaction 10000005 is not what seal 3 sealed'),
    });
  });

  test('as the worker sees all tenants, as an API the one that is named by id', async () => {
    expect(await call(verifyCommand, ['--database', '--tenant', slug], { DATABASE_URL: database.workerUrl })).toMatchObject({ status: 0 });
    expect(await call(verifyCommand, ['--database', '--tenant', slug], { DATABASE_URL: database.appUrl })).toMatchObject({ status: 2 });
    const answer = await call(verifyCommand, ['--database', '--tenant', ledger.ctx.tenantId], { DATABASE_URL: database.appUrl });
    expect(answer).toMatchObject({ status: 0, out: expect.stringContaining('5 transactions') });
  });

  test('finds the demo that runs here, and says when there is none', async () => {
    writeFileSync(path.join(folder, 'demo.json'), JSON.stringify({ database_url: database.ownerUrl, tenant_slug: slug }));
    const env = { DATABASE_URL: '', TALLYSTICK_DATA_DIR: folder };
    expect(await call(exportCommand, ['demo.jsonl'], env)).toMatchObject({ status: 0, out: expect.stringContaining(slug) });
    expect(await call(verifyCommand, ['--database', '--tenant', slug], env)).toMatchObject({ status: 0 });
    rmSync(path.join(folder, 'demo.json'));
    expect(await call(verifyCommand, ['--database'], env)).toMatchObject({ status: 2, err: expect.stringContaining('npm start') });
    expect(await call(verifyCommand, ['--database'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x' })).toMatchObject({
      status: 2,
      err: expect.stringContaining('127.0.0.1:1'),
    });
    expect(await call(exportCommand, ['no/such/folder/x.jsonl', '--tenant', slug])).toMatchObject({
      status: 2,
      err: expect.stringContaining('cannot be written'),
    });
  });
});
