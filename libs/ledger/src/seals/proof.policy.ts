import type { PublishedSeal } from './find-seals.query.js';
import { entryId } from './facts.js';
import { leafHash, type Leaf } from './leaf.policy.js';
import { rootByPath } from './merkle.policy.js';
import type { Trust } from './seal-chain.js';
import { chainOf, isSignedBy, keyIdOf } from './seal.policy.js';

/** That an entry is under a seal: whoever trusts the seal needs nothing else. Hashes in hex. */
export interface InclusionProof {
  readonly entry_id: string;
  /** What was sealed; its hash is SHA-256 of 0x00 and this object in canonical JSON (RFC 8785). */
  readonly leaf: Leaf;
  readonly leaf_hash: string;
  readonly leaf_index: number;
  /** The hashes that the leaf's is joined with on its way up to the root (RFC 6962), from below. */
  readonly path: readonly string[];
  readonly seal: PublishedSeal;
}

/** What is wrong with a proof, in words; nothing when it holds. */
export function proofProblems({ entry_id, leaf, leaf_hash, leaf_index, path, seal }: InclusionProof, trust: Trust): string[] {
  const { account_id, seq, tenant_id } = leaf;
  const problems: string[] = [];
  const sorted = Object.fromEntries(Object.entries(leaf).sort(([a], [b]) => (a < b ? -1 : 1)));
  const hash = leafHash(sorted);
  if (entry_id !== entryId({ account_id: String(account_id), seq: String(seq) })) problems.push('it names another entry than its leaf');
  if (hash.toString('hex') !== leaf_hash) problems.push('its leaf hash is not that of its leaf');
  const steps = path.map((step) => Buffer.from(step, 'hex'));
  if (rootByPath(hash, leaf_index, seal.leaf_count, steps)?.toString('hex') !== seal.root)
    problems.push('its path does not lead to the sealed root');
  if (chainOf(String(tenant_id), seal) !== seal.chain) problems.push('the seal does not have the chain value of what it says');
  if (keyIdOf(seal.public_key) !== seal.key_id || !isSignedBy(seal, seal.public_key))
    problems.push('the seal does not bear a valid signature');
  if (trust.publicKeys && !trust.publicKeys.includes(seal.public_key))
    problems.push(`the seal is signed by another key than the one expected (${seal.key_id})`);
  const known = trust.known?.get(seal.number);
  if (known !== undefined && known !== seal.chain) problems.push(`seal ${seal.number} is another one than was known earlier`);
  return problems;
}
