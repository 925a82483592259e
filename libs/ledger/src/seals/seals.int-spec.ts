import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { newId } from '@tallystick/kernel';
import { Keyring, type UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { insertTenant, ledgerFixture, type LedgerFixture } from '../../../../test/support/ledger.js';
import { tamper } from '../../../../test/support/tamper.js';
import {
  ExportLedger,
  FindSeals,
  LedgerVerifier,
  ProveEntry,
  SealEntries,
  type InclusionProof,
  type LedgerCommand,
  type Seal,
  type Trust,
  type Verification,
} from '../index.js';

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
let worker: { uow: UnitOfWork; close(): Promise<void> };
let ledger: LedgerFixture;
const keyring = new Keyring([randomBytes(32)]);
const seals = new FindSeals();
const operation = new SealEntries(keyring);

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl);
  worker = await openUnitOfWork(database.workerUrl);
});
beforeEach(async () => {
  ledger = await ledgerFixture(app.uow, await insertTenant(database.ownerUrl));
});
afterAll(async () => {
  await app?.close();
  await worker?.close();
  await database?.close();
});

const earn = (account: string, amount: bigint, rest: object = {}): LedgerCommand => ({
  act: 'post',
  id: newId(),
  kind: 'earn',
  account,
  legs: [{ from: ledger.issuance, to: account, amount }],
  ...rest,
});
const hold = (account: string, amount: bigint): LedgerCommand => ({
  act: 'hold',
  id: newId(),
  kind: 'hold',
  account,
  amount,
  expiresAt: null,
});
const seal = (limit?: number): Promise<Seal | null> => worker.uow.run(ledger.ctx, (tx) => operation.execute(tx, limit));
const prove = (account: string, seq: number) =>
  app.uow.read(ledger.ctx, (tx) => new ProveEntry(seals).find(tx, { account_id: account, seq: String(seq) }));
const breakIn = (sql: string, ...parameters: unknown[]): Promise<number> =>
  tamper(database.ownerUrl, sql, [ledger.ctx.tenantId, ...parameters]);

function verifyLedger(trust?: Trust): Promise<Verification> {
  return app.uow.read(ledger.ctx, async (tx) => {
    const verifier = new LedgerVerifier(trust);
    for await (const record of new ExportLedger(seals).records(tx)) verifier.take(record);
    return verifier.finish();
  });
}

async function sealed(commands = 10): Promise<string> {
  const account = await ledger.openAccount();
  for (let i = 0; i < commands; i++) await ledger.post(earn(account, BigInt(i + 1), { metadata: { order: `A-${i}` } }));
  while (await seal(4));
  return account;
}

describe('sealing', () => {
  test('covers what was posted in a chain of seals, holds included, and leaves the rest for the next', async () => {
    const account = await ledger.openAccount();
    await ledger.post(...Array.from({ length: 9 }, () => earn(account, 5n)), hold(account, 20n));
    const chain = [await seal(4), await seal(4), await seal(4), await seal(4)];
    expect(chain).toMatchObject([
      { number: '1', first_transaction: '10000001', last_transaction: '10000004', leaf_count: 8 },
      { number: '2', first_transaction: '10000005', last_transaction: '10000008', leaf_count: 8, previous_chain: chain[0]?.chain },
      { number: '3', first_transaction: '10000009', last_transaction: '10000010', leaf_count: 3, previous_chain: chain[1]?.chain },
      null,
    ]);
    await ledger.post(earn(account, 1n));
    expect(await verifyLedger()).toMatchObject({
      problems: [],
      seals: 3,
      transactions: 11,
      entries: 20,
      unsealed: 1,
      head: { number: '3' },
    });
    expect(await seal()).toMatchObject({ number: '4', leaf_count: 2 });
    expect(await app.uow.read(ledger.ctx, (tx) => seals.list(tx, 2, '4'))).toMatchObject([
      { number: '3', chain: chain[2]?.chain },
      { number: '2' },
    ]);
  });

  test('tells of each seal by an event that carries what a listener has to keep', async () => {
    await sealed(1);
    const events = await app.uow.read(ledger.ctx, (tx) =>
      tx.query<{ data: object }>(`select data from event where name = 'ledger.sealed'`),
    );
    const [published] = await app.uow.read(ledger.ctx, (tx) => seals.list(tx, 10));
    expect(events.map(({ data }) => data)).toEqual([published]);
  });

  test('goes on while others post and others seal: every transaction under one seal, no gap, one key', async () => {
    const accounts = await Promise.all(Array.from({ length: 4 }, () => ledger.openAccount()));
    let posting = true;
    const posts = Promise.all(
      accounts.map(async (account) => {
        for (let i = 0; i < 40; i++) await ledger.post(earn(account, 1n), earn(account, 2n));
      }),
    ).then(() => (posting = false));
    const sealers = Array.from({ length: 4 }, async () => {
      let made = 0;
      while (posting) if (await seal(7)) made += 1;
      return made;
    });
    await posts;
    let made = (await Promise.all(sealers)).reduce((sum, one) => sum + one, 0);
    while (await seal(50)) made += 1;
    expect(await verifyLedger()).toMatchObject({
      problems: [],
      transactions: 320,
      entries: 640,
      seals: made,
      unsealed: 0,
      key_ids: [expect.any(String)],
    });
  });

  test('is the matter of the worker alone: the APIs neither seal nor see the private key', async () => {
    const account = await sealed(1);
    await ledger.post(earn(account, 1n));
    await expect(app.uow.run(ledger.ctx, (tx) => operation.execute(tx))).rejects.toThrow(/permission denied/);
    await expect(app.uow.run(ledger.ctx, (tx) => tx.query('select private_key from ledger_seal_key'))).rejects.toThrow(/permission denied/);
    for (const statement of ['update ledger_seal set format = 1', 'delete from ledger_seal', 'truncate ledger_seal_key cascade']) {
      await expect(worker.uow.run(ledger.ctx, (tx) => tx.query(statement))).rejects.toThrow(/permission denied/);
    }
  });

  test('knows across tenants who is behind', async () => {
    const behind = () => worker.uow.platform({ ...ledger.ctx, tenantId: null }, (tx) => seals.tenantsBehind(tx));
    const account = await sealed(1);
    expect(await behind()).not.toContain(ledger.ctx.tenantId);
    await ledger.post(earn(account, 1n));
    expect(await behind()).toContain(ledger.ctx.tenantId);
  });
});

/** An auditor's own check of a proof: nothing but SHA-256, Ed25519 and the documented rules. */
function auditorAccepts({ leaf, leaf_index, path, seal }: InclusionProof): boolean {
  const sha = (...parts: (Buffer | string)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const sorted = (value: object): string => JSON.stringify(value, Object.keys(value).sort());
  let [hash, index, last] = [sha(Buffer.of(0), sorted(leaf)), leaf_index, seal.leaf_count - 1];
  for (const step of path.map((text) => Buffer.from(text, 'hex'))) {
    while (index % 2 === 0 && index === last) [index, last] = [index / 2, Math.floor(last / 2)];
    hash = index % 2 ? sha(Buffer.of(1), step, hash) : sha(Buffer.of(1), hash, step);
    [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
  }
  const { chain, signature, key_id: _, public_key, ...range } = seal;
  const covered = sorted({ ...range, root: hash.toString('hex'), tenant_id: ledger.ctx.tenantId });
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(public_key, 'base64')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return sha(covered).toString('hex') === chain && verify(null, Buffer.from(chain, 'hex'), key, Buffer.from(signature, 'base64'));
}

describe('inclusion proofs', () => {
  test('of every entry convince an auditor, and of no other', async () => {
    const account = await sealed(7);
    for (let seq = 1; seq <= 7; seq++) {
      for (const side of [account, ledger.issuance]) {
        const answer = await prove(side, seq);
        if (answer.outcome !== 'proven') throw new Error(answer.outcome);
        expect(answer.proof).toMatchObject({
          entry_id: `${side}:${seq}`,
          leaf: { account_id: side, amount: String(side === account ? seq : -seq) },
        });
        expect(auditorAccepts(answer.proof)).toBe(true);
        expect(auditorAccepts({ ...answer.proof, leaf: { ...answer.proof.leaf, amount: '1000' } })).toBe(false);
      }
    }
  });

  test('say what stands against one', async () => {
    const account = await sealed(2);
    await ledger.post(earn(account, 1n));
    expect(await prove(account, 3)).toEqual({ outcome: 'not_sealed_yet' });
    expect(await prove(account, 4)).toEqual({ outcome: 'unknown' });
    expect(await prove(newId(), 1)).toEqual({ outcome: 'unknown' });
    await breakIn('update ledger_entry set amount = amount + 1 where tenant_id = $1 and account_id = $2 and seq = 2', account);
    expect(await prove(account, 2)).toEqual({ outcome: 'altered' });
  });

  test('show no personal data: references and metadata are hashes (C9.1)', async () => {
    const account = await ledger.openAccount();
    const reference = { key: 'order of Asha Rao', hash: 'a'.repeat(64) };
    const command = earn(account, 1n, { reference, narration: 'for Asha Rao', metadata: { name: 'Asha Rao' } });
    await ledger.post(command);
    await seal();
    const answer = await prove(account, 1);
    expect(JSON.stringify(answer)).not.toContain('Asha');
    expect(answer).toMatchObject({
      proof: { leaf: { reference_hash: createHash('sha256').update(`${command.id}:${reference.key}`).digest('hex') } },
    });
  });
});

describe('as superuser something is altered, and the check names it', () => {
  const entryOf = (account: string, seq: number) => `entry ${account}:${seq}`;
  const change = 'update ledger_entry set';
  const which = 'where tenant_id = $1 and account_id = $2 and seq = 3';

  test('the amount of an entry', async () => {
    const account = await sealed();
    await breakIn(`${change} amount = amount + 1000 ${which}`, account);
    const { problems } = await verifyLedger();
    expect(problems[0]).toMatchObject({
      subject: entryOf(account, 3),
      transaction: '10000003',
      reason: expect.stringContaining('is not what seal 1 sealed'),
    });
    expect(problems.map(({ subject }) => subject)).toEqual([entryOf(account, 3), 'transaction 10000003']);
  });

  test('an amount with all balances after it: the seal alone tells', async () => {
    const account = await sealed();
    for (const id of [account, ledger.issuance]) {
      const sign = id === account ? 1 : -1;
      await breakIn(`${change} amount = amount + $3 ${which}`, id, 1000 * sign);
      await breakIn(`${change} balance_after = balance_after + $3 where tenant_id = $1 and account_id = $2 and seq >= 3`, id, 1000 * sign);
    }
    const { problems } = await verifyLedger();
    expect(problems[0]).toMatchObject({ subject: entryOf(ledger.issuance, 3) });
    expect(new Set(problems.map(({ reason }) => reason.replace(/\d+/, 'N')))).toEqual(
      new Set(['is not what seal N sealed: changed or added since']),
    );
  });

  test.each([
    ['metadata', `metadata = '{"order":"B-1"}'`],
    ['kind', `kind = 'adjust'`],
    ['reference', `reference = 'x', hash = repeat('b', 64)`],
    ['time', `effective_at = effective_at - interval '1 microsecond'`],
    ['legs', `legs = jsonb_set(legs, '{0,amount}', '"7"')`],
    ['legs, made illegible', `legs = '[null, {"from": 1}, "x"]'`],
  ])('the %s of a transaction', async (_, assignment) => {
    await sealed();
    await breakIn(`update ledger_transaction set ${assignment} where tenant_id = $1 and number = 10000006`);
    const { problems } = await verifyLedger();
    expect(problems[0]?.transaction ?? problems[0]?.subject).toMatch(/10000006$/);
  });

  test('which lot was used, and whose the account is', async () => {
    const account = await sealed();
    await ledger.post({ act: 'post', id: newId(), kind: 'redeem', account, legs: [{ from: account, to: ledger.redeemed, amount: 2n }] });
    await seal();
    await breakIn('update ledger_lot_use set remaining_change = remaining_change - 1 where tenant_id = $1 and account_id = $2', account);
    expect((await verifyLedger()).problems[0]).toMatchObject({ subject: entryOf(account, 11) });
    await breakIn('update ledger_account set owner_id = $3 where tenant_id = $1 and id = $2', account, newId());
    expect((await verifyLedger()).problems[0]).toMatchObject({ subject: entryOf(account, 1) });
  });

  test('an entry removed', async () => {
    const account = await sealed();
    await breakIn(`delete from ledger_entry ${which}`, account);
    expect((await verifyLedger()).problems[0]).toEqual({ subject: entryOf(account, 3), transaction: '10000003', reason: 'is missing' });
  });

  test('an entry added', async () => {
    const account = await sealed();
    await breakIn(
      `insert into ledger_entry select tenant_id, account_id, 11, transaction_id, 500, balance_after + 500, recorded_at from ledger_entry
       where tenant_id = $1 and account_id = $2 and seq = 10`,
      account,
    );
    expect((await verifyLedger()).problems).toEqual([
      { subject: entryOf(account, 11), reason: expect.stringContaining('is in no transaction') },
    ]);
  });

  test('a seal stretched over what it did not seal', async () => {
    const account = await sealed(3);
    await ledger.post(earn(account, 50n));
    await breakIn('update ledger_seal set last_transaction = last_transaction + 1 where tenant_id = $1 and number = 1');
    const { problems } = await verifyLedger();
    expect(problems[0]).toEqual({ subject: 'seal 1', reason: 'does not have the chain value of what it says' });
    expect(problems).toContainEqual(expect.objectContaining({ subject: entryOf(account, 4) }));
  });

  test('a transaction removed, with its entries or without', async () => {
    const account = await sealed();
    await breakIn('delete from ledger_transaction where tenant_id = $1 and number = 10000003');
    expect((await verifyLedger()).problems).toEqual(
      expect.arrayContaining([
        { subject: 'transaction 10000003', reason: 'is missing' },
        { subject: 'seal 1', reason: '2 of the entries under it are gone (transactions 10000001 to 10000004)' },
        { subject: entryOf(account, 3), reason: expect.stringContaining('is in no transaction') },
      ]),
    );
    await breakIn('delete from ledger_entry where tenant_id = $1 and seq = 3');
    expect((await verifyLedger()).problems[0]).toEqual({ subject: 'transaction 10000003', reason: 'is missing' });
  });

  test('the list of leaves of a seal, with the entry or without', async () => {
    const account = await sealed();
    await breakIn(`update ledger_seal set leaves = overlay(leaves placing sha256('x') from 33) where tenant_id = $1 and number = 1`);
    expect((await verifyLedger()).problems).toEqual([{ subject: 'seal 1', reason: 'its list of leaves does not lead to its root' }]);
    await breakIn(`${change} recorded_at = recorded_at - interval '1 day' ${which}`, account);
    expect((await verifyLedger()).problems[1]).toMatchObject({
      subject: 'seal 1',
      reason: expect.stringContaining('something under it was changed'),
    });
  });

  test('a seal removed or altered, or all of them made anew', async () => {
    await sealed();
    const known = new Map((await app.uow.read(ledger.ctx, (tx) => seals.list(tx, 10))).map(({ number, chain }) => [number, chain]));
    const publicKeys = (await app.uow.read(ledger.ctx, (tx) => seals.keys(tx))).map(({ public_key }) => public_key);
    expect((await verifyLedger({ known, publicKeys })).problems).toEqual([]);
    await breakIn('delete from ledger_seal where tenant_id = $1 and number = 2');
    expect((await verifyLedger()).problems[0]).toEqual({ subject: 'seal 3', reason: 'follows seal 1: a seal is missing' });
    await breakIn('delete from ledger_seal where tenant_id = $1 and number = 3');
    expect((await verifyLedger({ known })).problems).toEqual([
      { subject: 'seal 2', reason: 'was known earlier and is gone' },
      { subject: 'seal 3', reason: 'was known earlier and is gone' },
    ]);
    await breakIn(`update ledger_seal set sealed_at = sealed_at + interval '1 hour' where tenant_id = $1`);
    expect((await verifyLedger()).problems[0]).toEqual({ subject: 'seal 1', reason: 'does not have the chain value of what it says' });
    await breakIn('delete from ledger_seal where tenant_id = $1');
    await breakIn('delete from ledger_seal_key where tenant_id = $1');
    while (await seal());
    expect((await verifyLedger()).problems).toEqual([]);
    expect((await verifyLedger({ known })).problems[0]).toMatchObject({
      subject: 'seal 1',
      reason: expect.stringContaining('is another one than was known'),
    });
    expect((await verifyLedger({ publicKeys })).problems[0]).toMatchObject({
      subject: 'seal 1',
      reason: expect.stringContaining('signed by another key'),
    });
  });
});
