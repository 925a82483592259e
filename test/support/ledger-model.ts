import { debtAccountId } from '@tallystick/ledger';
import type { Capture, Hold, LedgerCommand, Post, Release, Reverse } from '@tallystick/ledger';
import { free, lapsed, least, ModelAccount, ordered, pick, total, type ModelLot, type Part } from './ledger-model-account.js';
import { demand, LIMIT, refuse, Refused, type Expected, type Fact, type SetAside, type Spent } from './ledger-model-fact.js';
import { claim, measure, restore } from './ledger-model-reversal.js';

/** The ledger once more, written from the rules alone (C.1 to C.3): plain lists, one command at a time, nothing concurrent. */
export class LedgerModel {
  readonly accounts = new Map<string, ModelAccount>();
  readonly holds = new Map<string, SetAside>();
  readonly facts = new Map<string, Fact>();
  private readonly references = new Map<string, Fact>();
  private now = new Date(0);

  open(id: string, asset: string, lotted: boolean, floor: bigint | null): void {
    this.accounts.set(id, new ModelAccount(id, asset, lotted, floor));
  }

  apply(command: LedgerCommand, now: Date): Expected {
    this.now = now;
    const { reference } = command;
    const known = reference && this.references.get(reference.key);
    if (known)
      return known.hash === reference.hash
        ? { outcome: 'replayed', id: known.id, hold: held(known.hold) }
        : { outcome: 'conflict', id: known.id };
    let settled = 0n;
    const touched = this.touchedBy(command);
    const said = (answer: object): Expected => ({ ...answer, ...(settled > 0n && { settled }) }) as Expected;
    try {
      const account = this.account(command.account);
      // Whoever receives what this account loses holds the same asset, and is another account.
      for (const id of [
        ...('expired' in command && command.expired !== undefined ? [command.expired] : []),
        ...(command.act === 'capture' ? [command.to] : []),
      ]) {
        if (id === account.id || this.accounts.get(id)?.asset !== account.asset) refuse('unknown_account', { id });
      }
      settled += this.settle(touched);
      const before = account.balance;
      const fact: Fact = {
        id: command.id,
        kind: command.kind,
        account: account.id,
        hash: reference?.hash,
        moves: [],
        spent: new Map(),
        turns: [],
      };
      const { sweep, ...answer } = this.carryOut(command, account, fact);
      fact.hold = answer.hold;
      this.facts.set(fact.id, fact);
      if (reference) this.references.set(reference.key, fact);
      const expected = {
        outcome: 'posted',
        amount: answer.amount ?? account.balance - before,
        balance: account.balance,
        held: account.held,
        hold: held(answer.hold),
      };
      if (command.slide) this.slide(account, fact, command.slide.until);
      const swept = sweep ? this.sweep(account, this.account(sweep)) : 0n;
      settled += this.settle(touched);
      return said(swept > 0n ? { ...expected, expired: -swept } : expected);
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      const { short, ...why } = refusal.why;
      return said({ ...why, ...(short !== undefined && short !== this.accounts.get(command.account)?.asset && { assetId: short }) });
    }
  }

  private touchedBy(command: LedgerCommand): Set<ModelAccount> {
    const target = command.act === 'reverse' && this.targetOf(command);
    const legs = command.act === 'post' ? command.legs : target ? target.moves : [];
    const ids = [command.account, ...(command.act === 'capture' ? [command.to] : []), ...legs.flatMap(({ from, to }) => [from, to])];
    return new Set(ids.flatMap((id) => this.accounts.get(id) ?? []));
  }

  private targetOf({ target }: Reverse): Fact | undefined {
    return 'id' in target ? this.facts.get(target.id) : this.references.get(target.reference);
  }

  /** C3.4: what became available first pays first, even if it has lapsed since. */
  private settle(accounts: Iterable<ModelAccount>): bigint {
    let settled = 0n;
    for (const account of accounts) {
      const { debt } = account;
      if (!debt) continue;
      const ready = ordered(account.lots).filter((lot) => lot.terms.availableAt.getTime() <= this.now.getTime());
      const parts = pick(
        ready.sort((a, b) => a.terms.availableAt.getTime() - b.terms.availableAt.getTime()),
        -debt.balance,
      );
      if (total(parts) === 0n) continue;
      for (const { lot, amount } of parts) lot.left -= amount;
      account.change(-total(parts), this.now);
      debt.change(total(parts), this.now);
      settled += total(parts);
    }
    return settled;
  }

  /** Activity moves the end of what slides on, as long as it has not come. */
  private slide(account: ModelAccount, fact: Fact, until: Date): void {
    for (const lot of account.lots) {
      const end = lot.terms.expiresAt;
      if (lot.terms.slides && lot.left > 0n && lot.source !== fact.id && end && end > this.now && end < until)
        lot.terms = { ...lot.terms, expiresAt: until };
    }
  }

  private owe(account: ModelAccount): ModelAccount {
    if (!account.debt) {
      account.debt = new ModelAccount(debtAccountId(account.id), account.asset, false, null);
      this.accounts.set(account.debt.id, account.debt);
    }
    return account.debt;
  }

  private carryOut(command: LedgerCommand, account: ModelAccount, fact: Fact): { amount?: bigint; hold?: SetAside; sweep?: string } {
    switch (command.act) {
      case 'post':
        return this.post(command, fact);
      case 'hold':
        return this.setAside(command, account);
      case 'capture':
        return this.capture(command, account, fact);
      case 'release':
        return this.release(command, account);
      case 'reverse':
        return this.reverse(command, fact);
      case 'expire':
        return this.sweep(account, this.account(command.expired)) ? {} : refuse('nothing_to_move');
      case 'settle':
      case 'hand_over':
        return refuse('nothing_to_move');
    }
  }

  private account(id: string): ModelAccount {
    return this.accounts.get(id) ?? refuse('unknown_account', { id });
  }

  private move(fact: Fact, from: ModelAccount, to: ModelAccount, amount: bigint): void {
    from.change(-amount, this.now);
    to.change(amount, this.now);
    fact.moves.push({ from: from.id, to: to.id, amount });
  }

  private spend(fact: Fact, account: ModelAccount, parts: Part[]): void {
    for (const { lot, amount } of parts) {
      lot.left -= amount;
      const spent = fact.spent.get(account) ?? [];
      const again = spent.findIndex((use) => use.lot === lot);
      if (again >= 0) spent[again] = { lot, amount: amount + (spent[again] as Spent).amount, restored: 0n };
      else spent.push({ lot, amount, restored: 0n });
      fact.spent.set(account, spent);
    }
  }

  /** C2.1: what comes out of lots keeps its dates; parts with the same dates travel together. */
  private arrive(fact: Fact, account: ModelAccount, amount: bigint, parts: Part[]): void {
    if (!account.lotted) return;
    if (parts.length === 0) return account.credit(fact.id, amount, { earnedAt: this.now, availableAt: this.now, expiresAt: null });
    const dates = (lot: ModelLot) => `${lot.terms.earnedAt.getTime()} ${lot.terms.expiresAt?.getTime()} ${Boolean(lot.terms.slides)}`;
    for (const key of new Set(parts.map((part) => dates(part.lot)))) {
      const alike = parts.filter((part) => dates(part.lot) === key);
      account.credit(fact.id, total(alike), (alike[0] as Part).lot.terms);
    }
  }

  private post({ legs, debitOrder }: Post, fact: Fact) {
    const asked = new Map<ModelAccount, bigint>();
    for (const leg of legs) {
      const [from, to] = [this.account(leg.from), this.account(leg.to)];
      if (from === to || from.asset !== to.asset) refuse('unknown_account', { id: to.id });
      if (leg.amount <= 0n || leg.amount > LIMIT) refuse('outside_limits', { limit: LIMIT });
      asked.set(from, (asked.get(from) ?? 0n) + leg.amount);
    }
    for (const [account, amount] of asked) demand(account, amount, this.now);
    for (const leg of legs) {
      const [from, to] = [this.account(leg.from), this.account(leg.to)];
      const parts = from.lotted ? pick(ordered(from.spendable(this.now), debitOrder), leg.amount) : [];
      this.spend(fact, from, parts);
      if (to.lotted && leg.lot) to.credit(fact.id, leg.amount, leg.lot);
      else this.arrive(fact, to, leg.amount, parts);
      this.move(fact, from, to, leg.amount);
      if (leg.lot && leg.lot.availableAt > (fact.ready ?? this.now)) fact.ready = leg.lot.availableAt;
    }
    return {};
  }

  private setAside({ id, amount, expiresAt, debitOrder }: Hold, account: ModelAccount) {
    if (amount <= 0n || amount > LIMIT) refuse('outside_limits', { limit: LIMIT });
    demand(account, amount, this.now);
    const covers = account.lotted ? pick(ordered(account.spendable(this.now), debitOrder), amount) : [];
    for (const { lot, amount: part } of covers) lot.held += part;
    account.held += amount;
    const hold: SetAside = { id, account, until: expiresAt, captured: 0n, released: 0n, open: amount, status: 'held', covers };
    this.holds.set(id, hold);
    return { amount, hold };
  }

  private holdOf(id: string, account: ModelAccount): SetAside {
    const hold = this.holds.get(id);
    return hold && hold.account === account ? hold : refuse('unknown_hold');
  }

  /** Takes `amount` out of what a hold covers, in the order of its placing. */
  private uncover(hold: SetAside, amount: bigint): Part[] {
    hold.open -= amount;
    hold.account.held -= amount;
    const parts = hold.covers.map((cover) => {
      const part = least(cover.amount, amount);
      amount -= part;
      cover.amount -= part;
      cover.lot.held -= part;
      return { lot: cover.lot, amount: part };
    });
    return parts.filter((part) => part.amount > 0n);
  }

  private capture({ holdId, amount, keepOpen, to, expired }: Capture, account: ModelAccount, fact: Fact) {
    const hold = this.holdOf(holdId, account);
    if (hold.status !== 'held') refuse('hold_ended', { status: hold.status });
    if (hold.until && hold.until.getTime() <= this.now.getTime()) refuse('hold_ended', { status: 'expired' });
    const wanted = amount ?? hold.open;
    if (wanted <= 0n || wanted > hold.open) refuse('outside_limits', { limit: hold.open });
    const parts = this.uncover(hold, wanted);
    this.spend(fact, account, parts);
    this.arrive(fact, this.account(to), wanted, parts);
    this.move(fact, account, this.account(to), wanted);
    hold.captured += wanted;
    if (keepOpen && hold.open > 0n) return { hold };
    this.end(hold, 'captured');
    return { hold, sweep: expired };
  }

  /** C1.9: what has lapsed under the hold goes where it would have gone, or lives on for a while in a lot of its own. */
  private release({ id, holdId, cause, lapsed: policy, expired }: Release, account: ModelAccount) {
    const hold = this.holdOf(holdId, account);
    if (hold.status !== 'held') refuse('hold_ended', { status: hold.status });
    const amount = -hold.open;
    const freed = this.end(hold, cause);
    const until = policy?.policy === 'grace' ? policy.until(this.now) : this.now;
    if (until <= this.now) return { amount, hold, sweep: expired };
    for (const { lot, amount: part } of freed.filter((one) => lapsed(one.lot, this.now))) {
      lot.left -= part;
      account.credit(id, part, { ...lot.terms, availableAt: this.now, expiresAt: until });
    }
    return { amount, hold, sweep: expired };
  }

  private end(hold: SetAside, status: string): Part[] {
    const rest = hold.open;
    const freed = this.uncover(hold, rest);
    hold.released += rest;
    hold.status = status;
    return freed;
  }

  /** C1.8 */
  private sweep(account: ModelAccount, breakage: ModelAccount): bigint {
    let swept = 0n;
    for (const lot of account.lots.filter((one) => lapsed(one, this.now))) {
      swept += free(lot);
      lot.expired += free(lot);
      lot.left = lot.held;
    }
    if (swept > 0n)
      this.move({ id: '', kind: 'expire', account: account.id, moves: [], spent: new Map(), turns: [] }, account, breakage, swept);
    return swept;
  }

  private reverse(command: Reverse, fact: Fact) {
    const target = this.targetOf(command);
    if (!target || target.account !== command.account) return refuse('unknown_transaction');
    const turn = measure(command, target, this.now);
    const due = target.moves.map((move) => ({ ...move, amount: target.moves.length === 1 ? turn.due : move.amount }));

    const claims = [...new Set(due.map((move) => move.to))].map((id) => {
      const account = this.account(id);
      return { account, ...claim(command, target, account, total(due.filter((move) => move.to === id)), this.now) };
    });
    let owes = false;
    const moves = due.flatMap((move) => {
      const claimed = claims.find(({ account }) => account.id === move.to) as (typeof claims)[number];
      const amount = least(move.amount, claimed.amount);
      const owed = least(move.amount - amount, claimed.owed);
      claimed.amount -= amount;
      claimed.owed -= owed;
      owes ||= owed > 0n;
      const given = { from: move.to, to: move.from, amount };
      return owed > 0n ? [given, { from: this.owe(claimed.account).id, to: move.from, amount: owed }] : [given];
    });
    for (const { account, parts } of claims) this.spend(fact, account, parts);
    for (const id of new Set(moves.map((move) => move.to)))
      restore(command, target, this.account(id), total(moves.filter((move) => move.to === id)), this.now);
    for (const { from, to, amount } of moves) if (amount > 0n) this.move(fact, this.account(from), this.account(to), amount);
    target.turns.push({ ...turn, id: command.id, moves });
    const expired = this.account(command.expired);
    for (const { account } of owes ? claims : [])
      if (account.debt && account.id !== command.account && account.asset === expired.asset) this.sweep(account, expired);
    return {
      sweep: owes || command.lapsed.policy === 'expire' || command.lapsed.until(this.now) <= this.now ? command.expired : undefined,
    };
  }
}

const held = (hold?: SetAside) => hold && { captured: hold.captured, released: hold.released, status: hold.status };
