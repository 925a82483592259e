import type { Fact, SealedEntry } from './facts.js';
import type { Seal, SealKey } from './seal.policy.js';

/** The first record: whose ledger, as of when, and the keys that its seals name. */
export interface LedgerRecord {
  readonly record: 'ledger';
  readonly version: 1;
  readonly tenant_id: string;
  readonly exported_at: string;
  readonly keys: readonly SealKey[];
}

/** A seal; the transactions under it follow. */
export type SealRecord = { readonly record: 'seal' } & Seal & {
    /** The leaf hashes under it, joined, in base64. */
    readonly leaves: string;
  };

/** A transaction with its entries. */
export type TransactionRecord = { readonly record: 'transaction' } & Fact;

/** An entry that no transaction names. */
export type StrayRecord = { readonly record: 'stray' } & SealedEntry;

/** The last record: how many came before. */
export interface EndRecord {
  readonly record: 'end';
  readonly seals: number;
  readonly transactions: number;
  readonly entries: number;
}

/** One line of an export (JSON Lines). Without personal data: references and metadata are in it as hashes only. */
export type ExportRecord = LedgerRecord | SealRecord | TransactionRecord | StrayRecord | EndRecord;
