import type { Fact, SealedEntry } from './facts.js';
import { hashLeaf } from './merkle.policy.js';

/** What a leaf says: an entry with its transaction, or a transaction that moved nothing. No personal data (C9.1). */
export type Leaf = Readonly<Record<string, string | null>>;

/** The leaf of an entry. Members in alphabetical order: plain JSON is then the canonical form (RFC 8785). */
export const entryLeaf = (tenantId: string, fact: Fact, entry: SealedEntry): Leaf => ({
  account_id: entry.account_id,
  amount: entry.amount,
  asset_id: entry.asset_id,
  balance_after: entry.balance_after,
  content_hash: fact.content_hash,
  kind: fact.kind,
  number: fact.number,
  owner_id: entry.owner_id,
  recorded_at: entry.recorded_at,
  ref_id: fact.ref_id,
  reference_hash: fact.reference_hash,
  seq: entry.seq,
  tenant_id: tenantId,
  transaction_id: entry.transaction_id,
  type: 'entry',
});

/** The leaf of a transaction without entries: a hold, a release, an earning of zero. */
export const transactionLeaf = (tenantId: string, fact: Fact): Leaf => ({
  content_hash: fact.content_hash,
  kind: fact.kind,
  number: fact.number,
  recorded_at: fact.recorded_at,
  ref_id: fact.ref_id,
  reference_hash: fact.reference_hash,
  tenant_id: tenantId,
  transaction_id: fact.id,
  type: 'transaction',
});

/** The leaves of a transaction, in their fixed order. */
export const leavesOf = (tenantId: string, fact: Fact): Leaf[] =>
  fact.entries.length > 0 ? fact.entries.map((entry) => entryLeaf(tenantId, fact, entry)) : [transactionLeaf(tenantId, fact)];

/** The hash of a leaf: SHA-256 of 0x00 and its canonical JSON. */
export const leafHash = (leaf: Leaf): Buffer => hashLeaf(JSON.stringify(leaf));
