import { FIRST_NUMBER } from '../write-effects.js';
import type { SealRecord } from './export-record.js';
import { chainOf, GENESIS, isSignedBy, keyIdOf, SEAL_FORMAT, type SealKey } from './seal.policy.js';

/** What the verifier holds already, from elsewhere than from what it verifies. */
export interface Trust {
  /** The public keys (base64) that seals may be signed by. Without them, those that come with the seals: it is then only said which. */
  readonly publicKeys?: readonly string[];
  /** Chain values by seal number, kept from earlier: an export, the answers of the API, the `ledger.sealed` events. */
  readonly known?: ReadonlyMap<string, string>;
}

/** Follows the seals: numbers and ranges without a gap, each on the chain value before it, signed, and as known from earlier. */
export class SealChain {
  head: { readonly number: string; readonly chain: string; readonly sealed_at: string } | null = null;
  private tenantId = '';
  private readonly keys = new Map<string, string>();
  private readonly used = new Set<string>();
  private readonly awaited: Map<string, string>;
  private last = { number: 0n, transaction: BigInt(FIRST_NUMBER), chain: GENESIS };

  constructor(
    private readonly trust: Trust,
    private readonly report: (subject: string, reason: string) => void,
  ) {
    this.awaited = new Map(trust.known);
  }

  /** The ids of the keys that signed. */
  get usedKeys(): string[] {
    return [...this.used];
  }

  begin(tenantId: string, keys: readonly SealKey[]): void {
    this.tenantId = tenantId;
    for (const { id, public_key } of keys) if (keyIdOf(public_key) === id) this.keys.set(id, public_key);
  }

  take(seal: SealRecord): void {
    const wrong = (reason: string): void => this.report(`seal ${seal.number}`, reason);
    const { number, transaction, chain } = this.last;
    if (BigInt(seal.number) !== number + 1n) wrong(`follows seal ${number}: a seal is missing`);
    if (BigInt(seal.first_transaction) !== transaction + 1n)
      wrong(`begins at transaction ${seal.first_transaction}, and the one before ends at ${transaction}`);
    if (seal.format !== SEAL_FORMAT) wrong(`has the format ${seal.format}, which is not known here`);
    if (seal.previous_chain !== chain) wrong('does not continue the chain of the seal before it');
    if (chainOf(this.tenantId, seal) !== seal.chain) wrong('does not have the chain value of what it says');
    const known = this.awaited.get(seal.number);
    if (known !== undefined && known !== seal.chain) wrong(`is another one than was known earlier (${known})`);
    this.awaited.delete(seal.number);
    this.checkSignature(seal, wrong);
    this.last = { number: BigInt(seal.number), transaction: BigInt(seal.last_transaction), chain: seal.chain };
    this.head = { number: seal.number, chain: seal.chain, sealed_at: seal.sealed_at };
  }

  finish(): void {
    const gone = [...this.awaited.keys()].sort((a, b) => Number(BigInt(a) - BigInt(b)));
    for (const number of gone) this.report(`seal ${number}`, 'was known earlier and is gone');
  }

  private checkSignature(seal: SealRecord, wrong: (reason: string) => void): void {
    const key = this.keys.get(seal.key_id);
    if (!key) return wrong(`is signed by a key that is not there (${seal.key_id})`);
    this.used.add(seal.key_id);
    if (this.trust.publicKeys && !this.trust.publicKeys.includes(key))
      wrong(`is signed by another key than the one expected (${seal.key_id})`);
    if (!signatureHolds(seal, key)) wrong('does not bear a valid signature');
  }
}

function signatureHolds(seal: SealRecord, key: string): boolean {
  try {
    return isSignedBy(seal, key);
  } catch {
    return false;
  }
}
