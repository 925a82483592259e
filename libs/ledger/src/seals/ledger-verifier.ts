import { FIRST_NUMBER } from '../write-effects.js';
import { AccountChains } from './account-chains.js';
import type { EndRecord, ExportRecord, LedgerRecord, SealRecord, TransactionRecord } from './export-record.js';
import { entryId } from './facts.js';
import { leafHash, leavesOf } from './leaf.policy.js';
import { SealChain, type Trust } from './seal-chain.js';
import { SealedLeaves } from './sealed-leaves.js';

/** One thing that is not as it was sealed or posted. */
export interface Problem {
  /** `entry <account>:<seq>`, `transaction <number>`, `seal <number>` or `export`. */
  readonly subject: string;
  /** The number of the entry's transaction. */
  readonly transaction?: string;
  readonly reason: string;
}

/** What a check of a whole ledger found. */
export interface Verification {
  readonly tenant_id: string;
  readonly transactions: number;
  readonly entries: number;
  readonly seals: number;
  /** Transactions after the last seal: posted correctly as far as one can see, but not sealed yet. */
  readonly unsealed: number;
  /** The last seal: its chain value stands for all before it. */
  readonly head: { readonly number: string; readonly chain: string; readonly sealed_at: string } | null;
  readonly key_ids: readonly string[];
  readonly problem_count: number;
  /** The first hundred problems, in the order of the ledger. */
  readonly problems: readonly Problem[];
}

const SHOWN = 100;

/**
 * Checks a ledger record by record, from a file or from a database: leaves, roots, chain and signatures of the seals, transaction
 * numbers, sequences and balances of accounts, and that each transaction balances. Reads nothing else and trusts nothing it reads.
 */
export class LedgerVerifier {
  private readonly problems: Problem[] = [];
  private problemCount = 0;
  private tenantId = '';
  private readonly count = { seals: 0, transactions: 0, entries: 0, strays: 0, unsealed: 0 };
  private lastNumber = BigInt(FIRST_NUMBER);
  private current?: { readonly seal: SealRecord; readonly leaves: SealedLeaves };
  private end?: EndRecord;
  private readonly accounts = new AccountChains();
  private readonly chain: SealChain;

  constructor(trust: Trust = {}) {
    this.chain = new SealChain(trust, (subject, reason) => this.report(subject, reason));
  }

  /** Takes the next record. A record that cannot be read is a problem like any other. */
  take(record: ExportRecord): void {
    try {
      if (this.end || (record.record !== 'ledger' && !this.tenantId)) this.report('export', 'its records are not in order');
      else if (record.record === 'ledger') this.takeLedger(record);
      else if (record.record === 'seal') this.takeSeal(record);
      else if (record.record === 'transaction') this.takeTransaction(record);
      else if (record.record === 'stray') this.takeStray(entryId(record));
      else if (record.record === 'end') this.end = record;
      else this.report('export', `a record of an unknown kind: ${JSON.stringify(record).slice(0, 80)}`);
    } catch (error) {
      this.report('export', `a record cannot be read (${(error as Error).message}): ${JSON.stringify(record).slice(0, 80)}`);
    }
  }

  /** Closes the check. */
  finish(): Verification {
    this.closeSeal();
    this.chain.finish();
    const { seals, transactions, entries, strays, unsealed } = this.count;
    if (!this.end) this.report('export', 'it is cut off: its last record is missing');
    else if (this.end.seals !== seals || this.end.transactions !== transactions || this.end.entries !== entries + strays) {
      this.report('export', `its last record counts ${this.end.transactions} transactions and ${this.end.entries} entries`);
    }
    return {
      tenant_id: this.tenantId,
      transactions,
      entries: entries + strays,
      seals,
      unsealed,
      head: this.chain.head,
      key_ids: this.chain.usedKeys,
      problem_count: this.problemCount,
      problems: this.problems,
    };
  }

  private takeLedger(record: LedgerRecord): void {
    if (this.tenantId) return this.report('export', 'its records are not in order');
    this.tenantId = record.tenant_id;
    this.chain.begin(record.tenant_id, record.keys);
  }

  private takeSeal(record: SealRecord): void {
    this.closeSeal();
    this.count.seals += 1;
    this.chain.take(record);
    const leaves = new SealedLeaves(Buffer.from(record.leaves, 'base64'), record.leaf_count, record.root);
    if (!leaves.reliable) this.report(`seal ${record.number}`, 'its list of leaves does not lead to its root');
    this.current = { seal: record, leaves };
  }

  private takeTransaction(record: TransactionRecord): void {
    const number = BigInt(record.number);
    for (let gap = this.lastNumber + 1n; gap < number && gap < this.lastNumber + 10n; gap++)
      this.report(`transaction ${gap}`, 'is missing');
    this.lastNumber = number;
    this.count.transactions += 1;
    this.count.entries += record.entries.length;
    if (this.current && number > BigInt(this.current.seal.last_transaction)) this.closeSeal();
    if (!this.current) this.count.unsealed += 1;
    this.checkEntries(record);
  }

  private checkEntries(record: TransactionRecord): void {
    const wrong = new Map<string, string[]>();
    const note = (name: string, reason: string): unknown => wrong.set(name, [...(wrong.get(name) ?? []), reason]);
    for (const name of record.missing) note(entryId(name), 'is missing');
    for (const [index, leaf] of leavesOf(this.tenantId, record).entries()) {
      if (!this.current || this.current.leaves.take(leafHash(leaf))) continue;
      const [entry, reason] = [record.entries[index], `is not what seal ${this.current.seal.number} sealed: changed or added since`];
      if (entry) note(entryId(entry), reason);
      else this.report(`transaction ${record.number}`, reason);
    }
    const sums = new Map<string | null, bigint>();
    for (const entry of record.entries) {
      const broken = this.accounts.follow(entry);
      if (broken) note(entryId(entry), broken);
      if (entry.transaction_id !== record.id) note(entryId(entry), `says it belongs to the transaction ${entry.transaction_id}`);
      sums.set(entry.asset_id, (sums.get(entry.asset_id) ?? 0n) + BigInt(entry.amount));
    }
    for (const [name, reasons] of wrong) this.report(`entry ${name}`, reasons.join('; '), record.number);
    for (const sum of sums.values())
      if (sum !== 0n) this.report(`transaction ${record.number}`, `does not balance: its entries add up to ${sum}`);
  }

  private takeStray(id: string): void {
    this.count.strays += 1;
    this.report(`entry ${id}`, 'is in no transaction: added, or torn out of its own');
  }

  private closeSeal(): void {
    if (!this.current) return;
    const { seal, leaves } = this.current;
    this.current = undefined;
    if (!leaves.reliable && !leaves.leadsToRoot())
      this.report(`seal ${seal.number}`, 'something under it was changed, and the list that would tell what, too');
    const lost = leaves.reliable ? leaves.lost() : 0;
    if (lost > 0)
      this.report(
        `seal ${seal.number}`,
        `${lost} of the entries under it are gone (transactions ${seal.first_transaction} to ${seal.last_transaction})`,
      );
  }

  private report(subject: string, reason: string, transaction?: string): void {
    this.problemCount += 1;
    if (this.problems.length < SHOWN) this.problems.push({ subject, ...(transaction && { transaction }), reason });
  }
}
