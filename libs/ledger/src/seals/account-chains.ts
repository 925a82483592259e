import type { SealedEntry } from './facts.js';

/** Follows the sequence and the balance of every account through its entries. */
export class AccountChains {
  private readonly accounts = new Map<string, { seq: bigint; balance: bigint }>();

  /** What is wrong with the next entry of its account, in words; undefined when it follows from the one before. */
  follow(entry: SealedEntry): string | undefined {
    const before = this.accounts.get(entry.account_id) ?? { seq: 0n, balance: 0n };
    const [seq, amount, balance] = [BigInt(entry.seq), BigInt(entry.amount), BigInt(entry.balance_after)];
    this.accounts.set(entry.account_id, { seq, balance });
    if (seq !== before.seq + 1n) return `follows entry ${before.seq} of its account: the sequence is broken`;
    if (balance === before.balance + amount) return undefined;
    return `says a balance of ${balance} after ${signed(amount)}, and the balance before it was ${before.balance}`;
  }
}

const signed = (amount: bigint): string => (amount > 0n ? `+${amount}` : String(amount));
