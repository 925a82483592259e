import { hash as digest } from 'node:crypto';

/** Length of every hash here: SHA-256. */
export const HASH_BYTES = 32;

const LEAF = '\0';
const NODE = Buffer.of(1);

const sha256 = (data: string | Buffer): Buffer => digest('sha256', data, 'buffer');
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.concat([NODE, left, right]));

/** The hash of a leaf (RFC 6962: prefix 0x00, so that no leaf can be taken for a node). */
export const hashLeaf = (content: string): Buffer => sha256(LEAF + content);

/** One level up: neighbors are joined, the last of an odd number moves up as it is. */
function parents(level: readonly Buffer[]): Buffer[] {
  const up: Buffer[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i] as Buffer, level[i + 1]];
    up.push(right ? nodeHash(left, right) : left);
  }
  return up;
}

/** The Merkle root of one leaf hash or more, as in RFC 6962. */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  let level = leaves;
  while (level.length > 1) level = parents(level);
  if (!level[0]) throw new Error('a Merkle tree has at least one leaf');
  return level[0];
}

/** The audit path of the leaf at `index`: what it is joined with on its way to the root, from below. */
export function merklePath(leaves: readonly Buffer[], index: number): Buffer[] {
  const path: Buffer[] = [];
  for (let level = leaves; level.length > 1; level = parents(level), index >>= 1) {
    const sibling = level[index ^ 1];
    if (sibling) path.push(sibling);
  }
  return path;
}

/** The root that a leaf hash, its place among `count` leaves and its audit path lead to; null when the path has the wrong length. */
export function rootByPath(leaf: Buffer, index: number, count: number, path: readonly Buffer[]): Buffer | null {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return null;
  const rest = [...path];
  let hash = leaf;
  for (let width = count; width > 1; width = (width + 1) >> 1, index >>= 1) {
    if ((index ^ 1) >= width) continue;
    const sibling = rest.shift();
    if (!sibling) return null;
    hash = index & 1 ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  }
  return rest.length === 0 ? hash : null;
}
