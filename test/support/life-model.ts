import type { ProgramTerms } from '@tallystick/loyalty';
import { DateTime } from 'luxon';

/** What one credit brought; whole points, and the last local day on which they can be spent. */
interface Lot {
  readonly source: string;
  readonly earned: number;
  readonly available: number;
  lastDay: string | null;
  readonly slides: boolean;
  readonly original: number;
  left: number;
  held: number;
  expired: number;
}
interface Part {
  readonly lot: Lot;
  amount: number;
}
interface Spent extends Part {
  back: number;
}
interface Wallet {
  readonly lots: Lot[];
  owed: number;
}
interface Posted {
  readonly kind: 'earn' | 'redeem' | 'capture' | 'transfer';
  readonly who: string;
  readonly to?: string;
  readonly points: number;
  /** Of the purchase, in cents. */
  readonly cents: number | null;
  readonly spent: Spent[];
  /** The redemption that paid for the purchase. */
  readonly paidBy?: string;
  due: number;
  /** What reversals have taken back or left as a debt. */
  turned: number;
  part: number;
  whole: boolean;
}
interface Held {
  readonly who: string;
  open: number;
  readonly ends: number | null;
  covers: Part[];
  ended: boolean;
}

/** What a call comes to: the points that it moved, or the code of its refusal. */
export type Said = number | string;

const DAY = 86_400_000;
const sum = (parts: readonly Part[]): number => parts.reduce((all, { amount }) => all + amount, 0);
const roundHalfUp = (a: number, b: number): number => Math.floor((2 * a + b) / (2 * b));

/** The life of points once more, as rules C.1 to C.3 tell it: whole points, local days, plain lists, one call at a time. */
export class LifeModel {
  readonly wallets = new Map<string, Wallet>();
  readonly posted = new Map<string, Posted>();
  readonly holds = new Map<string, Held>();

  constructor(
    private readonly terms: ProgramTerms,
    private readonly zone: string,
    public now: number,
  ) {}

  private day = (at: number): DateTime => DateTime.fromMillis(at, { zone: this.zone }).startOf('day');
  private get today(): string {
    return this.day(this.now).toISODate()!;
  }
  wallet(who: string): Wallet {
    const known = this.wallets.get(who) ?? { lots: [], owed: 0 };
    this.wallets.set(who, known);
    return known;
  }

  private gone = ({ lastDay }: Lot): boolean => lastDay !== null && lastDay < this.today;
  private live = (lot: Lot): boolean => lot.available <= this.now && !this.gone(lot);

  available = (who: string): number =>
    this.wallet(who)
      .lots.filter(this.live)
      .reduce((all, { left, held }) => all + left - held, 0);
  balance = (who: string): number => this.wallet(who).lots.reduce((all, { left }) => all + left, 0);
  held = (who: string): number => this.wallet(who).lots.reduce((all, { held }) => all + held, 0);

  /** C1.3 */
  private ordered(lots: readonly Lot[]): Lot[] {
    const end = ({ lastDay }: Lot): string => (this.terms.consumption_order === 'fifo' ? '' : (lastDay ?? '9999'));
    const place = new Map([...this.wallets.values()].flatMap(({ lots: all }) => all.map((lot, index) => [lot, index] as const)));
    return [...lots].sort((a, b) => (end(a) < end(b) ? -1 : end(a) > end(b) ? 1 : a.earned - b.earned || place.get(a)! - place.get(b)!));
  }
  private pick(lots: readonly Lot[], wanted: number): Part[] {
    return lots.flatMap((lot) => {
      const amount = Math.min(lot.left - lot.held, wanted);
      wanted -= amount;
      return amount > 0 ? [{ lot, amount }] : [];
    });
  }
  private take(parts: readonly Part[]): Spent[] {
    for (const { lot, amount } of parts) lot.left -= amount;
    return parts.map((part) => ({ ...part, back: 0 }));
  }
  private credit(who: string, points: number, lot: Pick<Lot, 'source' | 'earned' | 'available' | 'lastDay' | 'slides'>): void {
    this.wallet(who).lots.push({ ...lot, original: points, left: points, held: 0, expired: 0 });
  }

  /** C1.4, C1.5 */
  private lastDayFrom(at: number): string | null {
    const policy = this.terms.expiry_policy;
    if (policy.type === 'none') return null;
    const from = this.day(at);
    const round = (day: DateTime, to: string): DateTime =>
      to === 'half_year' ? (day.month <= 6 ? day.set({ month: 6, day: 30 }) : day.set({ month: 12, day: 31 })) : day.endOf(to as 'month');
    if (policy.type === 'calendar') return round(from, policy.period).toISODate();
    const day = from.plus({ days: policy.days ?? 0, months: policy.months ?? 0 });
    return (policy.round_up_to ? round(day, policy.round_up_to) : day).toISODate();
  }

  /** Activity of the holder moves the ends of what slides. */
  private slide(who: string, fresh: readonly Lot[] = []): void {
    const until = this.terms.expiry_policy.type === 'sliding' ? this.lastDayFrom(this.now)! : '';
    for (const lot of this.wallet(who).lots)
      if (lot.slides && lot.left > 0 && !this.gone(lot) && lot.lastDay! < until && !fresh.includes(lot)) lot.lastDay = until;
  }

  /** C3.4: what became available first pays first. */
  private settle(): void {
    for (const wallet of this.wallets.values()) {
      if (wallet.owed === 0) continue;
      const ready = this.ordered(wallet.lots.filter((lot) => lot.available <= this.now)).sort((a, b) => a.available - b.available);
      wallet.owed -= sum(this.take(this.pick(ready, wallet.owed)));
    }
  }

  private record(key: string, posted: Omit<Posted, 'due' | 'turned' | 'part' | 'whole'>): Said {
    this.posted.set(key, { ...posted, due: 0, turned: 0, part: 0, whole: false });
    this.settle();
    return posted.points;
  }

  earn(key: string, who: string, points: number, { cents = null as number | null, days = 0, paidBy = '' } = {}): Said {
    const paid = this.posted.get(paidBy);
    if (paid && paid.who !== who) return 'not_found';
    const used = paid && [...this.posted.values()].some((fact) => fact.paidBy === paidBy);
    if (paid && (used || paid.due > 0)) return 'invalid_state';
    this.settle();
    const before = this.wallet(who).lots.length;
    const pending = cents === null || days > 0 ? 0 : this.terms.activation_days;
    const available = pending > 0 ? this.day(this.now).plus({ days: pending }).toMillis() : this.now + days * DAY;
    const slides = this.terms.expiry_policy.type === 'sliding';
    if (points > 0) this.credit(who, points, { source: key, earned: this.now, available, lastDay: this.lastDayFrom(available), slides });
    this.slide(who, this.wallet(who).lots.slice(before));
    return this.record(key, { kind: 'earn', who, points, cents, spent: [], ...(paid && { paidBy }) });
  }

  redeem(key: string, who: string, points: number): Said {
    this.settle();
    if (this.available(who) < points) return 'insufficient_balance';
    const spent = this.take(this.pick(this.ordered(this.wallet(who).lots.filter(this.live)), points));
    this.slide(who);
    return this.record(key, { kind: 'redeem', who, points, cents: null, spent });
  }

  transfer(key: string, who: string, to: string, points: number): Said {
    this.settle();
    if (this.available(who) < points) return 'insufficient_balance';
    const spent = this.take(this.pick(this.ordered(this.wallet(who).lots.filter(this.live)), points));
    const alike = new Map<string, { points: number; lot: Lot }>();
    for (const { lot, amount } of spent) {
      const dates = `${lot.earned} ${lot.lastDay} ${lot.slides}`;
      alike.set(dates, { lot: alike.get(dates)?.lot ?? lot, points: (alike.get(dates)?.points ?? 0) + amount });
    }
    for (const { lot, points: part } of alike.values()) this.credit(to, part, { ...lot, source: key });
    this.slide(who);
    return this.record(key, { kind: 'transfer', who, to, points, cents: null, spent });
  }

  hold(key: string, who: string, points: number, days: number | null): Said {
    this.settle();
    if (this.available(who) < points) return 'insufficient_balance';
    const covers = this.pick(this.ordered(this.wallet(who).lots.filter(this.live)), points);
    for (const { lot, amount } of covers) lot.held += amount;
    this.holds.set(key, { who, open: points, ends: days === null ? null : this.now + days * DAY, covers, ended: false });
    return points;
  }

  private uncover(hold: Held, wanted: number): Part[] {
    hold.open -= wanted;
    return hold.covers.flatMap((cover) => {
      const amount = Math.min(cover.amount, wanted);
      [wanted, cover.amount, cover.lot.held] = [wanted - amount, cover.amount - amount, cover.lot.held - amount];
      return amount > 0 ? [{ lot: cover.lot, amount }] : [];
    });
  }

  /** C1.9: out of the held lots, whatever their date. */
  capture(key: string, holdKey: string, points: number | undefined, keepOpen: boolean): Said {
    this.settle();
    const hold = this.holds.get(holdKey)!;
    if (hold.ended || (hold.ends !== null && hold.ends <= this.now)) return 'invalid_state';
    const wanted = points ?? hold.open;
    if (wanted > hold.open) return 'limit_exceeded';
    const spent = this.take(this.uncover(hold, wanted));
    this.slide(hold.who);
    const said = this.record(key, { kind: 'capture', who: hold.who, points: wanted, cents: null, spent });
    if (!keepOpen || hold.open === 0) this.end(hold);
    return said;
  }

  release(key: string, holdKey: string, ours: boolean): Said {
    this.settle();
    const hold = this.holds.get(holdKey)!;
    if (hold.ended) return 'invalid_state';
    const open = hold.open;
    const freed = this.uncover(hold, hold.open);
    hold.ended = true;
    if (ours) for (const { lot, amount } of freed.filter((part) => this.gone(part.lot))) this.rescue(key, hold.who, lot, amount, true);
    this.sweep(hold.who);
    this.settle();
    return open;
  }

  private end(hold: Held): void {
    this.uncover(hold, hold.open);
    hold.ended = true;
    this.sweep(hold.who);
    this.settle();
  }

  /** C2.2: a lot of its own, until the end of the last day of grace. */
  private rescue(key: string, who: string, lot: Lot, amount: number, still: boolean): void {
    if (still) lot.left -= amount;
    const lastDay = this.day(this.now).plus({ days: this.terms.grace_days }).toISODate();
    this.credit(who, amount, { source: key, earned: lot.earned, available: this.now, lastDay, slides: lot.slides });
  }

  /** C1.8 */
  private sweep(who: string): void {
    for (const lot of this.wallet(who).lots.filter(this.gone)) {
      lot.expired += lot.left - lot.held;
      lot.left = lot.held;
    }
  }

  /** C3.10 */
  void(key: string, target: string): Said {
    this.settle();
    const fact = this.posted.get(target)!;
    if (fact.kind !== 'earn') return 'invalid_state';
    if (fact.whole) return 'already_reversed';
    return this.isPending(target) ? this.reverse(key, target, {}, false) : 'invalid_state';
  }

  /** Whether what somebody earned has not become available yet. */
  isPending(key: string): boolean {
    const { who } = this.posted.get(key)!;
    return this.wallet(who).lots.some(({ source, available }) => source === key && available > this.now);
  }

  /** Of so many points, of so many cents of the purchase, or of all that is left. */
  reverse(key: string, target: string, share: { points?: number; cents?: number }, ours: boolean): Said {
    this.settle();
    const fact = this.posted.get(target)!;
    if (fact.whole) return 'already_reversed';
    const whole = share.cents === undefined ? fact.points : fact.cents!;
    const part = share.cents ?? share.points ?? fact.points - fact.due;
    const all = share.cents === undefined && share.points === undefined;
    if (!all && fact.part + part > whole) return 'limit_exceeded';
    const due = all ? fact.points - fact.due : roundHalfUp(fact.points * (fact.part + part), whole) - fact.due;
    if (fact.kind === 'earn') {
      this.giveBack(key, fact, all ? 1 : fact.part + part, all ? 1 : whole, ours);
      const own = this.wallet(fact.who).lots.filter(({ source }) => source === target);
      const [taken, owed] = this.takeBack(fact.who, own, due, fact);
      const moved = this.turn(fact, part, due, all || fact.part + part === whole, sum(taken) + owed);
      this.take(taken);
      this.wallet(fact.who).owed += owed;
      if (owed > 0) this.sweep(fact.who);
      this.settle();
      return moved - owed;
    }
    if (fact.kind === 'transfer') {
      const own = this.wallet(fact.to!).lots.filter(({ source }) => source === target);
      const [taken] = this.takeBack(fact.to!, own, due, fact, true);
      if (sum(taken) < due) return 'insufficient_balance';
      this.take(taken);
    }
    this.turn(fact, part, due, all || fact.part + part === whole, due);
    this.restore(key, fact, due, ours);
    this.settle();
    return due;
  }

  /** C3.8: what paid comes back in proportion, less what came back before. */
  private giveBack(key: string, { paidBy = '' }: Posted, soFar: number, whole: number, ours: boolean): void {
    const paid = this.posted.get(paidBy);
    const due = paid && !paid.whole ? (soFar === whole ? paid.points : roundHalfUp(paid.points * soFar, whole)) - paid.due : 0;
    if (!paid || due <= 0) return;
    this.turn(paid, due, due, paid.due + due === paid.points, due);
    this.restore(key, paid, due, ours);
  }

  private turn(fact: Posted, part: number, due: number, whole: boolean, turned: number): number {
    [fact.part, fact.due, fact.turned, fact.whole] = [fact.part + part, fact.due + due, fact.turned + turned, whole];
    return turned;
  }

  /** C3.2, C3.3, C3.5 */
  private takeBack(who: string, own: readonly Lot[], due: number, fact: Posted, refuse = false): [Part[], number] {
    const gone = own.reduce((all, lot) => all + lot.expired + (this.gone(lot) ? lot.left - lot.held : 0), 0);
    const wanted = Math.max(0, Math.min(due, fact.points - gone - fact.turned));
    const ready = own.filter((lot) => !this.gone(lot));
    const others = this.wallet(who).lots.filter((lot) => this.live(lot) && !own.includes(lot));
    const policy = refuse ? 'within_balance' : this.terms.return_policy;
    const from =
      policy === 'pending_only' ? ready.filter((lot) => lot.available > this.now) : [...this.ordered(ready), ...this.ordered(others)];
    const taken = this.pick(from, wanted);
    return [taken, policy === 'allow_negative' ? wanted - sum(taken) : 0];
  }

  /** C2.1 to C2.3 */
  private restore(key: string, fact: Posted, points: number, ours: boolean): void {
    const expires = this.terms.reversal_policy === 'restore_and_expire' && !ours;
    for (const spent of [...fact.spent].reverse()) {
      const amount = Math.min(points, spent.amount - spent.back);
      if (amount === 0) continue;
      points -= amount;
      spent.back += amount;
      if (this.gone(spent.lot) && !expires) this.rescue(key, fact.who, spent.lot, amount, false);
      else spent.lot.left += amount;
    }
    if (expires) this.sweep(fact.who);
  }

  /** Days pass; each brings its work (C1.7). */
  pass(days: number): void {
    for (; days > 0; days--) {
      const next = this.now + DAY;
      this.work(this.day(next).toMillis());
      this.work(next);
    }
  }
  private work(at: number): void {
    this.now = at;
    this.settle();
    for (const hold of this.holds.values()) if (!hold.ended && hold.ends !== null && hold.ends <= at) this.end(hold);
    this.settle();
    for (const who of this.wallets.keys()) this.sweep(who);
  }
}
