import type { Fact, LotTerms } from './commands.js';
import type { Effects } from './effects.js';
import type { AccountState, HoldState, LedgerState, LedgerTransaction, LotDate, LotState, LotUse, PostedLeg } from './state.js';

/** The columns of a transaction that only some commands set. */
type Particulars = Partial<
  Pick<LedgerTransaction, 'refId' | 'once' | 'counterAccountId' | 'amount' | 'part' | 'whole' | 'due' | 'availableAt'>
>;

/** One transaction in the making: every change of accounts, lots and holds goes through here, into state and effects alike. */
export class Posting {
  private readonly legs: PostedLeg[] = [];
  private readonly uses = new Map<string, LotUse>();
  private readonly before: bigint;

  constructor(
    readonly state: LedgerState,
    readonly effects: Effects,
    readonly fact: Fact,
    readonly now: Date,
    readonly newId: () => string,
  ) {
    this.before = this.subject.posted;
  }

  get subject(): AccountState {
    return this.account(this.fact.account);
  }

  account(id: string): AccountState {
    return this.state.accounts.get(id) as AccountState;
  }

  /** Writes the two entries of a leg. The caller has checked that the debited account may be debited. */
  move(from: string, to: string, amount: bigint): void {
    const [fromSeq, toSeq] = [this.enter(from, -amount), this.enter(to, amount)];
    this.legs.push({ from, to, amount, fromSeq, toSeq });
  }

  private enter(accountId: string, amount: bigint): bigint {
    const account = this.account(accountId);
    account.posted += amount;
    account.seq += 1n;
    this.effects.accounts.add(account);
    this.effects.entries.push({ accountId, seq: account.seq, transactionId: this.fact.id, amount, balanceAfter: account.posted });
    return account.seq;
  }

  /** Makes the lot of a credit. */
  openLot(accountId: string, amount: bigint, terms: LotTerms, parentId: string | null = null): void {
    const { earnedAt, availableAt, expiresAt, slides = false } = terms;
    const lot: LotState = {
      id: this.newId(),
      accountId,
      transactionId: this.fact.id,
      parentId,
      original: amount,
      remaining: amount,
      held: 0n,
      earnedAt,
      availableAt,
      expiresAt,
      slides,
    };
    this.state.lots.set(lot.id, lot);
    const known = this.state.lotsOf.get(accountId);
    if (known) known.push(lot);
    else this.state.lotsOf.set(accountId, [lot]);
    this.effects.newLots.push(lot);
  }

  /** Changes a lot and records the use: what left or came back to it, and what holds cover of it. */
  use(lot: LotState, change: { remaining?: bigint; held?: bigint }, holdId: string | null = null): void {
    const { remaining = 0n, held = 0n } = change;
    lot.remaining += remaining;
    lot.held += held;
    this.effects.lots.add(lot);
    const known = this.uses.get(lot.id);
    if (known) {
      known.remainingChange += remaining;
      known.heldChange += held;
      return;
    }
    const use: LotUse = {
      transactionId: this.fact.id,
      lotId: lot.id,
      accountId: lot.accountId,
      position: this.uses.size,
      remainingChange: remaining,
      heldChange: held,
      holdId,
    };
    this.uses.set(lot.id, use);
  }

  /** The uses so far in this transaction; what was taken out of a lot and put back into it is none. */
  ownUses(): LotUse[] {
    return [...this.uses.values()].filter((use) => use.remainingChange !== 0n || use.heldChange !== 0n);
  }

  /** Changes what is set aside on the subject account. */
  setAside(amount: bigint): void {
    this.subject.held += amount;
    this.effects.accounts.add(this.subject);
  }

  placeHold(hold: HoldState): void {
    this.state.holds.set(hold.id, hold);
    this.effects.newHolds.push(hold);
  }

  changeHold(hold: HoldState, change: Partial<Pick<HoldState, 'captured' | 'released' | 'status'>>): void {
    Object.assign(hold, change);
    if (!this.effects.newHolds.includes(hold)) this.effects.holds.add(hold);
  }

  /** Moves the ends of the subject's sliding lots on. What has lapsed stays so, swept or not; a lot made just now has its own date. */
  private slideLots(until: Date): LotDate[] {
    const moved: LotDate[] = [];
    for (const lot of this.state.lotsOf.get(this.fact.account) ?? []) {
      const { expiresAt: before } = lot;
      if (!lot.slides || lot.remaining === 0n || lot.transactionId === this.fact.id) continue;
      if (!before || before <= this.now || before >= until) continue;
      lot.expiresAt = until;
      this.effects.lots.add(lot);
      moved.push({ lotId: lot.id, transactionId: this.fact.id, accountId: lot.accountId, before, after: until });
    }
    this.effects.dates.push(...moved);
    return moved;
  }

  /** Closes the transaction and makes it known to the commands that follow in the list. */
  close(particulars: Particulars = {}): LedgerTransaction {
    const { fact, subject, state } = this;
    const moved = fact.slide ? this.slideLots(fact.slide.until) : [];
    const details =
      moved.length > 0
        ? { ...fact.details, redated: moved.map(({ lotId, before, after }) => ({ lot: lotId, before, after })) }
        : fact.details;
    const transaction: LedgerTransaction = {
      id: fact.id,
      number: 0n,
      kind: fact.kind,
      reference: fact.reference?.key ?? null,
      hash: fact.reference?.hash ?? null,
      refId: null,
      once: null,
      accountId: fact.account,
      counterAccountId: null,
      amount: subject.posted - this.before,
      balanceAfter: subject.posted,
      heldAfter: subject.held,
      part: null,
      whole: null,
      due: null,
      legs: this.legs,
      availableAt: null,
      effectiveAt: fact.effectiveAt ?? this.now,
      recordedAt: this.now,
      narration: fact.narration ?? null,
      metadata: fact.metadata ?? null,
      details: details ?? null,
      ...particulars,
    };
    this.effects.transactions.push(transaction);
    const uses = this.ownUses();
    state.uses.set(transaction.id, uses);
    for (const use of uses) {
      this.effects.uses.push(use);
      if (use.holdId) state.holdUses.set(use.holdId, [...(state.holdUses.get(use.holdId) ?? []), use]);
    }
    if (transaction.reference) state.references.set(transaction.reference, transaction);
    state.transactions.set(transaction.id, transaction);
    if (transaction.refId && transaction.kind === 'reversal') {
      state.reversals.set(transaction.refId, [...(state.reversals.get(transaction.refId) ?? []), transaction]);
    }
    return transaction;
  }
}
