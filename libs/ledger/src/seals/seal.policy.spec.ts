import { generateKeyPairSync, sign } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import type { Fact } from './facts.js';
import { leavesOf } from './leaf.policy.js';
import { chainOf, GENESIS, isSignedBy, keyIdOf, type SealedRange } from './seal.policy.js';

const canonicalize = canonicalizeModule as unknown as (value: unknown) => string;
const entry = {
  account_id: 'a',
  seq: '1',
  transaction_id: 't',
  amount: '-5',
  balance_after: '-5',
  recorded_at: 'r',
  asset_id: 'x',
  owner_id: 'o',
};
const fact: Fact = {
  number: '10000001',
  id: 't',
  kind: 'earn "é"',
  ref_id: null,
  recorded_at: 'r',
  reference_hash: null,
  content_hash: 'c',
  entries: [entry],
  missing: [],
};
const range: SealedRange = {
  number: '1',
  format: 1,
  first_transaction: '10000001',
  last_transaction: '10000002',
  leaf_count: 4,
  root: 'ab',
  previous_chain: GENESIS,
  sealed_at: 's',
};

describe('what is hashed and signed', () => {
  test('leaves are canonical JSON (RFC 8785) as they are written', () => {
    for (const given of [fact, { ...fact, entries: [] }]) {
      for (const leaf of leavesOf('tenant', given)) expect(JSON.stringify(leaf)).toBe(canonicalize(leaf));
    }
  });

  test('a transaction has a leaf for each entry, and one of its own when it has none', () => {
    expect(leavesOf('tenant', { ...fact, entries: [entry, { ...entry, seq: '2' }] }).map((leaf) => leaf.type)).toEqual(['entry', 'entry']);
    expect(leavesOf('tenant', { ...fact, entries: [] }).map((leaf) => leaf.type)).toEqual(['transaction']);
  });

  test('every part of a seal is in its chain value', () => {
    const values = Object.keys(range).map((key) =>
      chainOf('tenant', { ...range, [key]: key === 'leaf_count' || key === 'format' ? 9 : 'other' }),
    );
    expect(new Set([...values, chainOf('tenant', range), chainOf('another tenant', range)]).size).toBe(values.length + 2);
  });

  test('a key is named by its JWK thumbprint: the example of RFC 8037, appendix A.3', () => {
    const publicKey = Buffer.from('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', 'base64url').toString('base64');
    expect(keyIdOf(publicKey)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  test('a signature holds for its chain value and its key alone', () => {
    const [ours, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
    const raw = (pair: typeof ours): string =>
      Buffer.from(pair.publicKey.export({ format: 'jwk' }).x as string, 'base64url').toString('base64');
    const chain = chainOf('tenant', range);
    const signature = sign(null, Buffer.from(chain, 'hex'), ours.privateKey).toString('base64');
    expect(isSignedBy({ chain, signature }, raw(ours))).toBe(true);
    expect(isSignedBy({ chain, signature }, raw(other))).toBe(false);
    expect(isSignedBy({ chain: GENESIS, signature }, raw(ours))).toBe(false);
  });
});
