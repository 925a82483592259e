import { strict as assert } from 'node:assert';
import { newId } from '@tallystick/kernel';
import {
  HOUSE_PURPOSES,
  decide,
  emptyState,
  houseAccountId,
  type AccountState,
  type Effects,
  type Entry,
  type LedgerCommand,
  type LedgerTransaction,
  type LotState,
  type Verdict,
} from '@tallystick/ledger';
import { commandsFor } from './ledger-commands.js';

/** What an account is to be; the least it may come to is 0 unless said. */
export interface BookAccount {
  readonly lotted?: boolean;
  readonly floor?: bigint | null;
  readonly assetId?: string;
}

/** A ledger in memory: `decide` on one lasting state, and a write that refuses what the schema's constraints would. */
export class LedgerBook {
  readonly state = emptyState();
  readonly assetId = this.asset();
  readonly issuance = houseAccountId(this.assetId, 'issuance');
  readonly redeemed = houseAccountId(this.assetId, 'redeemed');
  readonly expired = houseAccountId(this.assetId, 'expired');
  readonly make = commandsFor(this);
  readonly transactions: LedgerTransaction[] = [];
  readonly entries: Entry[] = [];
  private readonly once = new Set<string>();
  private number = 10_000_000n;
  now = new Date('2026-03-01T00:00:00Z');

  /** Another asset with its house accounts. */
  asset(): string {
    const assetId = newId();
    for (const purpose of HOUSE_PURPOSES) this.open(houseAccountId(assetId, purpose), { floor: null, lotted: false, assetId });
    return assetId;
  }

  account(terms: BookAccount = {}): string {
    return this.open(newId(), terms);
  }

  private open(id: string, { lotted = true, floor = 0n, assetId = this.assetId }: BookAccount): string {
    this.state.accounts.set(id, { id, assetId, floor, lotted, debtId: null, successorId: null, posted: 0n, held: 0n, seq: 0n });
    return id;
  }

  at(moment: string | Date): this {
    this.now = new Date(moment);
    return this;
  }

  post(...commands: LedgerCommand[]): Verdict[] {
    const { verdicts, effects } = decide(this.state, commands, this.now, newId);
    this.write(effects);
    return verdicts;
  }

  /** Posts one command that has to succeed. */
  posted(command: LedgerCommand): Verdict & { outcome: 'posted' } {
    const [verdict] = this.post(command) as [Verdict];
    assert(
      verdict.outcome === 'posted',
      `not posted: ${JSON.stringify(verdict, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}`,
    );
    return verdict;
  }

  of(accountId: string): AccountState {
    return this.state.accounts.get(accountId) as AccountState;
  }

  lots(accountId: string): LotState[] {
    return this.state.lotsOf.get(accountId) ?? [];
  }

  /** What is left in the lots of an account, in the order in which they were made. */
  left(accountId: string): bigint[] {
    return this.lots(accountId).map((lot) => lot.remaining);
  }

  private write(effects: Effects): void {
    for (const [owner, debt] of effects.newDebts)
      assert(this.of(owner).debtId === debt.id && this.of(debt.id) === debt, 'a debt of nobody');
    for (const transaction of effects.transactions) {
      transaction.number = ++this.number;
      if (transaction.once) {
        const key = `${transaction.refId}/${transaction.once}`;
        assert(!this.once.has(key), 'ledger_transaction_once');
        this.once.add(key);
      }
      assert(
        transaction.part === null || (transaction.part >= 0n && (transaction.whole as bigint) >= transaction.part),
        'part within whole',
      );
      assert(transaction.heldAfter >= 0n && (transaction.due ?? 0n) >= 0n, 'held_after, due');
    }
    for (const entry of effects.entries) assert(entry.amount !== 0n, 'entry of nothing');
    for (const { id, accountId, expiresAt, availableAt } of effects.newLots) {
      assert(this.of(accountId).lotted, `lot ${id} on an account without lots`);
      assert(expiresAt === null || expiresAt > availableAt, 'lot expires before it opens');
    }
    for (const use of effects.uses) assert(use.remainingChange !== 0n || use.heldChange !== 0n, 'use of nothing');
    assert(new Set(effects.uses.map((use) => `${use.transactionId}/${use.lotId}`)).size === effects.uses.length, 'two uses of one lot');
    for (const lot of [...effects.newLots, ...effects.lots]) {
      assert(lot.held >= 0n && lot.remaining >= lot.held && lot.original >= lot.remaining && lot.original > 0n, 'lot within its bounds');
    }
    for (const { debtId } of effects.accounts) assert(debtId === null || this.of(debtId).posted <= 0n, 'ledger_account_debt');
    for (const account of effects.accounts) {
      assert(account.held >= 0n && (account.floor === null || account.posted - account.held >= account.floor), 'ledger_account_floor');
    }
    for (const hold of [...effects.newHolds, ...effects.holds]) {
      assert(
        hold.amount > 0n && hold.captured >= 0n && hold.released >= 0n && hold.captured + hold.released <= hold.amount,
        'hold within its bounds',
      );
      assert((hold.status === 'held') === hold.captured + hold.released < hold.amount, 'hold status');
    }
    this.transactions.push(...effects.transactions);
    this.entries.push(...effects.entries);
  }

  /** Checks what has to hold over the whole book: sums, chains, lots, holds (C1.2, LED-01). */
  audit(): void {
    const sums = new Map<string, bigint>();
    const chains = new Map<string, Entry>();
    const add = (key: string, amount: bigint) => sums.set(key, (sums.get(key) ?? 0n) + amount);
    for (const entry of this.entries) {
      const before = chains.get(entry.accountId);
      assert.equal(entry.seq, (before?.seq ?? 0n) + 1n, 'sequence with a gap');
      assert.equal(entry.balanceAfter, (before?.balanceAfter ?? 0n) + entry.amount, 'chain of balances');
      chains.set(entry.accountId, entry);
      add(`${entry.transactionId}/${this.of(entry.accountId).assetId}`, entry.amount);
    }
    for (const [key, sum] of sums) assert.equal(sum, 0n, `transaction and asset out of balance: ${key}`);
    for (const account of this.state.accounts.values()) {
      assert.equal(account.posted, chains.get(account.id)?.balanceAfter ?? 0n, 'balance and last entry');
      const holds = [...this.state.holds.values()].filter((hold) => hold.accountId === account.id);
      assert.equal(
        account.held,
        holds.reduce((sum, hold) => sum + hold.amount - hold.captured - hold.released, 0n),
        'held and open holds',
      );
      if (!account.lotted) continue;
      assert.equal(
        account.posted,
        this.lots(account.id).reduce((sum, lot) => sum + lot.remaining, 0n),
        'balance and lots',
      );
      assert.equal(
        account.held,
        this.lots(account.id).reduce((sum, lot) => sum + lot.held, 0n),
        'held and lots',
      );
    }
  }
}
