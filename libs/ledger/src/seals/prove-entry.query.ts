import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { entryId, type EntryName } from './facts.js';
import { factOf } from './facts.query.js';
import { FindSeals } from './find-seals.query.js';
import { entryLeaf, leafHash } from './leaf.policy.js';
import { HASH_BYTES, merklePath } from './merkle.policy.js';
import type { InclusionProof } from './proof.policy.js';

/** What became of the wish for a proof. */
export type ProofAnswer =
  | { readonly outcome: 'proven'; readonly proof: InclusionProof }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'not_sealed_yet' }
  /** The entry is not what its transaction made it or what was sealed: somebody changed it. */
  | { readonly outcome: 'altered' };

/** Makes inclusion proofs of entries. */
@Injectable()
export class ProveEntry {
  constructor(private readonly seals: FindSeals) {}

  async find(tx: ReadTx<TenantContext>, name: EntryName): Promise<ProofAnswer> {
    const [row] = await tx.query<{ transaction_id: string }>(
      'select transaction_id from ledger_entry where tenant_id = $1 and account_id = $2 and seq = $3',
      [tx.ctx.tenantId, name.account_id, name.seq],
    );
    if (!row) return { outcome: 'unknown' };
    const fact = await factOf(tx, row.transaction_id);
    const entry = fact?.entries.find((candidate) => entryId(candidate) === entryId(name));
    if (!fact || !entry) return { outcome: 'altered' };
    const found = await this.seals.over(tx, fact.number);
    if (!found) return { outcome: 'not_sealed_yet' };
    const { leaves: stored, ...seal } = found;
    const leaves = Array.from({ length: seal.leaf_count }, (_, index) => stored.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
    const leaf = entryLeaf(tx.ctx.tenantId, fact, entry);
    const hash = leafHash(leaf);
    const leaf_index = leaves.findIndex((candidate) => candidate.equals(hash));
    if (leaf_index < 0) return { outcome: 'altered' };
    const path = merklePath(leaves, leaf_index).map((step) => step.toString('hex'));
    return { outcome: 'proven', proof: { entry_id: entryId(name), leaf, leaf_hash: hash.toString('hex'), leaf_index, path, seal } };
  }
}
