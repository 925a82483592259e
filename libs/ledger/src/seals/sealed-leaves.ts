import { HASH_BYTES, merkleRoot } from './merkle.policy.js';

/**
 * Compares leaves, in order, with those that a seal lists, and finds the place again after one that was changed, added or removed.
 * A list that does not lead to the sealed root is no witness: then only the root can tell whether the leaves are the sealed ones.
 */
export class SealedLeaves {
  private readonly listed: readonly string[];
  private readonly seen: Buffer[] = [];
  private places?: Map<string, number>;
  private next = 0;
  private skipped = 0;
  private strange = 0;
  /** Whether the list leads to the root. */
  readonly reliable: boolean;

  constructor(
    list: Buffer,
    leafCount: number,
    private readonly root: string,
  ) {
    const hashes = Array.from({ length: Math.floor(list.length / HASH_BYTES) }, (_, i) =>
      list.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
    );
    this.listed = hashes.map((hash) => hash.toString('hex'));
    this.reliable = hashes.length === leafCount && leafCount > 0 && merkleRoot(hashes).toString('hex') === root;
  }

  /** Whether the leaf is one of those sealed, as far as the list can tell. */
  take(leaf: Buffer): boolean {
    if (!this.reliable) {
      this.seen.push(leaf);
      return true;
    }
    const hash = leaf.toString('hex');
    if (this.listed[this.next] === hash) {
      this.next += 1;
      return true;
    }
    this.places ??= new Map(this.listed.map((listed, index) => [listed, index]));
    const place = this.places.get(hash);
    if (place === undefined || place < this.next) {
      this.strange += 1;
      return false;
    }
    this.skipped += place - this.next;
    this.next = place + 1;
    return true;
  }

  /** After the last leaf: how many sealed ones did not come, those that came changed left aside. */
  lost(): number {
    return Math.max(0, this.skipped + this.listed.length - this.next - this.strange);
  }

  /** After the last leaf: whether what came leads to the root; for a list that is no witness. */
  leadsToRoot(): boolean {
    return this.seen.length > 0 && merkleRoot(this.seen).toString('hex') === this.root;
  }
}
