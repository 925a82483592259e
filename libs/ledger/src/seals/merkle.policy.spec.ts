import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { hashLeaf, merklePath, merkleRoot, rootByPath } from './merkle.policy.js';

const sha = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** MTH of RFC 6962, section 2.1, word for word. */
function treeHash(leaves: Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Buffer.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => hashLeaf(`leaf ${i}`));
const flipped = (hash: Buffer, bit: number): Buffer =>
  Buffer.from(hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));

describe('Merkle trees', () => {
  const tree = fc.integer({ min: 1, max: 300 }).chain((count) => fc.record({ count: fc.constant(count), index: fc.nat(count - 1) }));

  test('a leaf is hashed behind a zero byte, as in RFC 6962', () => {
    expect(hashLeaf('').toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  });

  test('the root is that of RFC 6962', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), (count) => merkleRoot(leavesOf(count)).equals(treeHash(leavesOf(count)))));
  });

  test('the path of every leaf leads to the root', () => {
    fc.assert(
      fc.property(tree, ({ count, index }) => {
        const leaves = leavesOf(count);
        const path = merklePath(leaves, index);
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
        expect(rootByPath(leaves[index] as Buffer, index, count, path)).toEqual(treeHash(leaves));
      }),
    );
  });

  test('another leaf, place, count or path does not', () => {
    fc.assert(
      fc.property(tree, fc.nat(255), fc.nat(), ({ count, index }, bit, pick) => {
        const leaves = leavesOf(count);
        const [leaf, path, root] = [leaves[index] as Buffer, merklePath(leaves, index), merkleRoot(leaves)];
        const leads = (...given: Parameters<typeof rootByPath>): boolean => rootByPath(...given)?.equals(root) ?? false;
        expect(leads(flipped(leaf, bit), index, count, path)).toBe(false);
        expect(leads(leaf, index, count, [...path, leaf])).toBe(false);
        expect(leads(leaf, count, count, path)).toBe(false);
        if (path.length === 0) return;
        const at = pick % path.length;
        expect(leads(leaf, index, count, path.with(at, flipped(path[at] as Buffer, bit)))).toBe(false);
        expect(leads(leaf, index, count, path.slice(0, -1))).toBe(false);
        expect(leads(leaf, index ^ 1, count, path)).toBe(false);
      }),
    );
  });
});
