/** An entry as it is sealed: whose account, what it counts, and its place there. Amounts are decimal text in the asset's smallest unit. */
export interface SealedEntry {
  readonly account_id: string;
  readonly seq: string;
  readonly transaction_id: string;
  readonly amount: string;
  readonly balance_after: string;
  /** RFC 3339 in UTC with microseconds. */
  readonly recorded_at: string;
  readonly asset_id: string | null;
  readonly owner_id: string | null;
}

/** A transaction as it is sealed, with its entries in the order of its legs, the debited side first. */
export interface Fact {
  readonly number: string;
  readonly id: string;
  readonly kind: string;
  readonly ref_id: string | null;
  readonly recorded_at: string;
  /** SHA-256, in hex, of `<transaction id>:<reference>`: whoever knows the reference can check it, nobody can read it (C9.1). */
  readonly reference_hash: string | null;
  /** SHA-256, in hex, of all else that is recorded of it: legs, lot uses, times, narration, metadata. */
  readonly content_hash: string;
  readonly entries: readonly SealedEntry[];
  /** Entries that the legs name and that are not there: none, unless somebody removed them. */
  readonly missing: readonly EntryName[];
}

/** How an entry is named: an account and its sequence there. */
export interface EntryName {
  readonly account_id: string;
  readonly seq: string;
}

/** The name of an entry in one word, as it stands in URLs: `<account>:<seq>`. */
export const entryId = ({ account_id, seq }: EntryName): string => `${account_id}:${seq}`;
