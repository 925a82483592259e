import { generateKeyPairSync, sign } from 'node:crypto';
import type { ExportRecord, LedgerRecord, SealRecord, TransactionRecord } from './export-record.js';
import { leafHash, leavesOf } from './leaf.policy.js';
import { LedgerVerifier, type Problem } from './ledger-verifier.js';
import { merkleRoot } from './merkle.policy.js';
import type { Trust } from './seal-chain.js';
import { chainOf, GENESIS, keyIdOf } from './seal.policy.js';

const tenant_id = 'tenant';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const public_key = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url').toString('base64');
const ledger: LedgerRecord = {
  record: 'ledger',
  version: 1,
  tenant_id,
  exported_at: 'now',
  keys: [{ id: keyIdOf(public_key), public_key }],
};

/** Transaction `n` (from 1) that moves 5 from account `a` to account `b`. */
function transaction(n: number): TransactionRecord {
  const entry = (account_id: string, amount: number) => ({
    account_id,
    seq: String(n),
    transaction_id: `t${n}`,
    amount: String(amount),
    balance_after: String(amount * n),
    recorded_at: 'then',
    asset_id: 'points',
    owner_id: 'someone',
  });
  const fact = { number: String(10_000_000 + n), id: `t${n}`, kind: 'earn', ref_id: null, recorded_at: 'then', reference_hash: null };
  return { record: 'transaction', ...fact, content_hash: 'c', entries: [entry('a', -5), entry('b', 5)], missing: [] };
}

function seal(number: number, transactions: TransactionRecord[], before?: SealRecord, format = 1): SealRecord {
  const leaves = transactions.flatMap((one) => leavesOf(tenant_id, one)).map(leafHash);
  const range = {
    number: String(number),
    format,
    first_transaction: transactions[0]!.number,
    last_transaction: transactions.at(-1)!.number,
    leaf_count: leaves.length,
    root: merkleRoot(leaves).toString('hex'),
    previous_chain: before?.chain ?? GENESIS,
    sealed_at: 'later',
  };
  const chain = chainOf(tenant_id, range);
  const signature = sign(null, Buffer.from(chain, 'hex'), privateKey).toString('base64');
  return { record: 'seal', ...range, chain, signature, key_id: keyIdOf(public_key), leaves: Buffer.concat(leaves).toString('base64') };
}

const [t1, t2, t3] = [transaction(1), transaction(2), transaction(3)];
const s1 = seal(1, [t1, t2]);
const s2 = seal(2, [t3], s1);
const end: ExportRecord = { record: 'end', seals: 2, transactions: 3, entries: 6 };
const whole: ExportRecord[] = [ledger, s1, t1, t2, s2, t3, end];

function verify(records: readonly unknown[], trust?: Trust): Problem[] {
  const verifier = new LedgerVerifier(trust);
  for (const record of records) verifier.take(record as ExportRecord);
  return [...verifier.finish().problems];
}
const changed = (index: number, change: object): ExportRecord[] => whole.with(index, { ...whole[index], ...change } as ExportRecord);

describe('the verifier', () => {
  test('finds nothing in a ledger that is whole', () => {
    expect(verify(whole)).toEqual([]);
    expect(verify([ledger, { record: 'end', seals: 0, transactions: 0, entries: 0 }])).toEqual([]);
  });

  test.each<[string, readonly unknown[], Problem]>([
    ['a record before the first', [t1, ...whole], { subject: 'export', reason: 'its records are not in order' }],
    ['a second first record', [ledger, ...whole], { subject: 'export', reason: 'its records are not in order' }],
    ['a record after the last', [...whole, t3], { subject: 'export', reason: 'its records are not in order' }],
    [
      'another count',
      whole.with(6, { ...end, entries: 7 }),
      { subject: 'export', reason: 'its last record counts 3 transactions and 7 entries' },
    ],
    ['no end', whole.slice(0, -1), { subject: 'export', reason: 'it is cut off: its last record is missing' }],
    ['nothing', [], { subject: 'export', reason: 'it is cut off: its last record is missing' }],
    [
      'a format of another release',
      [ledger, seal(1, [t1], undefined, 2)],
      { subject: 'seal 1', reason: 'has the format 2, which is not known here' },
    ],
    ['a signature of nobody', changed(1, { signature: 'AAAA' }), { subject: 'seal 1', reason: 'does not bear a valid signature' }],
    [
      'another count of leaves',
      changed(1, { leaf_count: 3 }),
      { subject: 'seal 1', reason: 'does not have the chain value of what it says' },
    ],
    ['no key', changed(0, { keys: [] }), { subject: 'seal 1', reason: `is signed by a key that is not there (${s1.key_id})` }],
    [
      'a key of another name',
      changed(0, { keys: [{ id: s1.key_id, public_key: Buffer.alloc(32).toString('base64') }] }),
      { subject: 'seal 1', reason: `is signed by a key that is not there (${s1.key_id})` },
    ],
    [
      'a seal that begins late',
      [ledger, seal(1, [t2])],
      { subject: 'seal 1', reason: 'begins at transaction 10000002, and the one before ends at 10000000' },
    ],
    [
      'a seal off the chain',
      [ledger, s1, t1, t2, seal(2, [t3])],
      { subject: 'seal 2', reason: 'does not continue the chain of the seal before it' },
    ],
  ])('notices %s', (_, records, problem) => {
    expect(verify(records)).toContainEqual(problem);
  });

  test.each([
    ['null', null],
    ['no record', {}],
    ['an unknown record', { record: 'gift' }],
    ['amounts that are none', { ...t1, entries: [{ ...t1.entries[0], amount: 'many' }] }],
    ['no entries', { ...t1, entries: null }],
  ])('is not stopped by %s', (_, record) => {
    expect(verify([ledger, record, ...whole.slice(1)])[0]).toMatchObject({ subject: 'export' });
  });

  test('names what belongs elsewhere or does not balance', () => {
    const moved = { ...t3, entries: [t3.entries[0]!, { ...t3.entries[1]!, transaction_id: 't9', asset_id: 'coins' }] };
    expect(verify(whole.with(5, moved))).toEqual([
      {
        subject: 'entry b:3',
        transaction: '10000003',
        reason: expect.stringContaining('is not what seal 2 sealed: changed or added since; says it belongs to'),
      },
      { subject: 'transaction 10000003', reason: 'does not balance: its entries add up to -5' },
      { subject: 'transaction 10000003', reason: 'does not balance: its entries add up to 5' },
    ]);
    const broken = { ...t3, entries: [t3.entries[0]!, { ...t3.entries[1]!, seq: '4' }] };
    expect(verify(whole.with(5, broken))[0]?.reason).toContain('follows entry 2 of its account: the sequence is broken');
  });

  test('names a few missing transactions, not millions', () => {
    const late = { ...t3, number: '90000000' };
    expect(verify([ledger, t1, t2, late, end]).filter(({ reason }) => reason === 'is missing')).toHaveLength(9);
  });

  test('shows a hundred problems and counts the others', () => {
    const verifier = new LedgerVerifier();
    verifier.take(ledger);
    for (let n = 2; n < 500; n += 2) verifier.take(transaction(n));
    const found = verifier.finish();
    expect(found.problems).toHaveLength(100);
    expect(found.problem_count).toBeGreaterThan(700);
  });

  test('holds seals against what is known of them', () => {
    const known = new Map([
      ['1', s1.chain],
      ['2', '0'],
      ['10', '1'],
      ['9', '1'],
    ]);
    expect(verify(whole, { known, publicKeys: [public_key] })).toEqual([
      { subject: 'seal 2', reason: 'is another one than was known earlier (0)' },
      { subject: 'seal 9', reason: 'was known earlier and is gone' },
      { subject: 'seal 10', reason: 'was known earlier and is gone' },
    ]);
  });
});
