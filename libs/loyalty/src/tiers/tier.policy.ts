import { plusDays, type LocalDay } from './local-day.js';
import { nextPeriodEdge, periodStart, type PeriodTerms } from './tier-period.policy.js';
import type { TierChangeReason, TierScheme } from './tier.js';

/** A tier as the rules see it; `threshold` in the smallest unit of what the scheme counts. */
export interface Step {
  readonly id: string;
  readonly threshold: bigint;
}

/** The rules of a program's tiers. */
export interface TierTerms extends PeriodTerms {
  readonly scheme: TierScheme;
  /** From the lowest tier to the highest; thresholds rise with them. */
  readonly steps: readonly Step[];
}

/** Where a member stands: the state that evaluation takes on from one day to the next. */
export interface Standing {
  readonly tierId: string | null;
  /** When the tier was reached; the beginning of a day (null) for what a day brought. */
  readonly since: { readonly day: LocalDay; readonly at: Date | null };
  /** The last day on which the tier cannot be lost. */
  readonly validUntil: LocalDay | null;
  /** The last day of grace for a member who no longer qualifies. */
  readonly graceUntil: LocalDay | null;
  /** The last day of a tier that somebody gave by hand. */
  readonly overrideUntil: LocalDay | null;
  /** The day whose beginning has been looked at. */
  readonly reviewedOn: LocalDay;
}

/** Something that counts, or stops to count: a purchase, an earning, or (below 0) what a refund or reversal took back of one. */
export interface Fact {
  /** The day of the purchase, also for its refund (C3.11). */
  readonly day: LocalDay;
  readonly amount: bigint;
}

/** A fact that evaluation has not met yet, with when it was recorded; in the order of recording. */
export interface FreshFact extends Fact {
  readonly recordedOn: LocalDay;
  readonly at: Date;
}

/** A change of tier, dated by when it took effect. */
export interface TierMove {
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: TierChangeReason;
  readonly day: LocalDay;
  readonly at: Date | null;
}

/** What evaluation comes to. */
export interface Evaluated {
  readonly standing: Standing;
  readonly moves: readonly TierMove[];
  /** What counts today. */
  readonly progress: bigint;
  /** The next day on which something could change without a new fact; null for none. */
  readonly reviewOn: LocalDay | null;
}

/**
 * Takes a member's standing on to `today`: day by day what the beginning of the day brings (tiers lost, validity renewed), and fact by fact,
 * in the order of recording, what is reached by it. It comes to the same whether it is run after each fact or once after a year, and
 * running it again changes nothing.
 */
export function evaluateTier(
  terms: TierTerms,
  known: Standing | null,
  counted: readonly Fact[],
  fresh: readonly FreshFact[],
  { today, now }: { readonly today: LocalDay; readonly now: Date },
): Evaluated {
  return TierCourse.upTo(terms, known, counted, fresh, { today, now }).outcome();
}

/** The highest tier that `progress` is enough for; -1 for none. */
export const stepFor = (steps: readonly Step[], progress: bigint): number => steps.findLastIndex(({ threshold }) => progress >= threshold);

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** The way of one member through the tiers, as far as it has been looked at. */
export class TierCourse {
  private readonly byDay = new Map<LocalDay, bigint>();
  private readonly moves: TierMove[] = [];
  private readonly now: Changing<Standing>;

  private constructor(
    private readonly terms: TierTerms,
    known: Standing | null,
    counted: readonly Fact[],
    today: LocalDay,
  ) {
    for (const fact of counted) this.add(fact);
    this.now = known
      ? { ...known }
      : { tierId: null, since: { day: today, at: null }, validUntil: null, graceUntil: null, overrideUntil: null, reviewedOn: today };
  }

  /** From where a member stood to `today`, past the facts in between. */
  static upTo(
    terms: TierTerms,
    known: Standing | null,
    counted: readonly Fact[],
    fresh: readonly FreshFact[],
    { today, now }: { readonly today: LocalDay; readonly now: Date },
  ): TierCourse {
    const course = new TierCourse(terms, known, counted, today);
    for (const fact of fresh) {
      course.advance(fact.recordedOn < today ? fact.recordedOn : today);
      course.meet(fact);
    }
    course.advance(today);
    // Thresholds may have been lowered since.
    course.rise(today, now);
    return course;
  }

  get tierId(): string | null {
    return this.now.tierId;
  }

  /** Looks at the beginning of each day up to `day` that could change something. */
  advance(day: LocalDay): void {
    for (let next = this.nextReview(); next !== null && next <= day; next = this.nextReview()) {
      this.now.reviewedOn = next;
      this.review(next);
    }
    if (this.now.reviewedOn < day) this.now.reviewedOn = day;
  }

  /** What is reached by a fact of the day looked at. */
  meet(fact: FreshFact): void {
    this.add(fact);
    this.rise(this.now.reviewedOn, fact.at);
  }

  /** What is reached is given at once, and an open grace ends where the tier is deserved again. */
  rise(day: LocalDay, at: Date | null): void {
    if (this.now.overrideUntil !== null) return;
    const [deserved, held] = [this.deserved(day), this.held()];
    if (deserved > held) this.move(deserved, this.now.tierId === null ? 'entered' : 'upgraded', day, at);
    else if (deserved === held && this.now.graceUntil !== null) this.renew(day);
  }

  outcome(): Evaluated {
    return { standing: this.now, moves: this.moves, progress: this.progress(this.now.reviewedOn), reviewOn: this.nextReview() };
  }

  private review(day: LocalDay): void {
    const { now, terms } = this;
    if (now.overrideUntil !== null) {
      if (day <= now.overrideUntil) return;
      now.overrideUntil = null;
      const deserved = this.deserved(day);
      if (deserved === this.held()) this.renew(day);
      else this.move(deserved, 'override_ended', day, null);
      return;
    }
    const [deserved, held] = [this.deserved(day), this.held()];
    if (deserved > held) return this.move(deserved, now.tierId === null ? 'entered' : 'upgraded', day, null);
    const safe = now.validUntil !== null && day <= now.validUntil;
    if (deserved === held) {
      if (now.graceUntil !== null || (!safe && (now.validUntil !== null || terms.scheme.validity_days !== null))) this.renew(day);
      return;
    }
    if (safe || (now.graceUntil !== null && day <= now.graceUntil)) return;
    if (now.graceUntil === null && terms.scheme.grace_days > 0) {
      now.graceUntil = plusDays(day, terms.scheme.grace_days - 1);
      return;
    }
    this.move(terms.scheme.downgrade === 'one_down' ? held - 1 : deserved, 'downgraded', day, null);
  }

  private move(step: number, reason: TierChangeReason, day: LocalDay, at: Date | null): void {
    const to = this.terms.steps[step]?.id ?? null;
    this.moves.push({ from: this.now.tierId, to, reason, day, at });
    this.now.tierId = to;
    this.now.since = { day, at };
    this.renew(day);
  }

  private renew(day: LocalDay): void {
    const { validity_days } = this.terms.scheme;
    this.now.graceUntil = null;
    this.now.validUntil = validity_days === null || this.now.tierId === null ? null : plusDays(day, validity_days);
  }

  /** The first day after the last one looked at on which something could change without a new fact. */
  private nextReview(): LocalDay | null {
    const { reviewedOn: day, overrideUntil, validUntil, graceUntil } = this.now;
    if (overrideUntil !== null) return plusDays(overrideUntil >= day ? overrideUntil : day, 1);
    const tomorrow = plusDays(day, 1);
    const edges = [...this.periodEdges(day)];
    const safe = validUntil !== null && tomorrow <= validUntil;
    if (validUntil !== null && safe) edges.push(plusDays(validUntil, 1));
    if (graceUntil !== null) edges.push(graceUntil < tomorrow ? tomorrow : plusDays(graceUntil, 1));
    // Below its tier and not protected, or due to be renewed: tomorrow's matter.
    const unsettled = graceUntil === null && !safe && (this.deserved(day) < this.held() || validUntil !== null);
    if (unsettled) edges.push(tomorrow);
    return edges.reduce<LocalDay | null>((first, edge) => (first === null || edge < first ? edge : first), null);
  }

  /** When the oldest of what counts leaves the period, and when the next of what lies ahead enters it. */
  private *periodEdges(day: LocalDay): Generator<LocalDay> {
    const start = periodStart(this.terms, day);
    let oldest: LocalDay | undefined;
    let ahead: LocalDay | undefined;
    for (const [each, amount] of this.byDay) {
      if (amount === 0n || (start !== null && each < start)) continue;
      if (each > day) ahead = ahead === undefined || each < ahead ? each : ahead;
      else oldest = oldest === undefined || each < oldest ? each : oldest;
    }
    const edge = oldest === undefined ? null : nextPeriodEdge(this.terms, day, oldest);
    if (edge !== null) yield edge;
    if (ahead !== undefined) yield ahead;
  }

  private add({ day, amount }: Fact): void {
    this.byDay.set(day, (this.byDay.get(day) ?? 0n) + amount);
  }

  private progress(day: LocalDay): bigint {
    const start = periodStart(this.terms, day);
    let sum = 0n;
    for (const [each, amount] of this.byDay) if (each <= day && (start === null || each >= start)) sum += amount;
    return sum;
  }

  private deserved(day: LocalDay): number {
    return stepFor(this.terms.steps, this.progress(day));
  }

  /** A tier that is no more counts as none. */
  private held(): number {
    return this.terms.steps.findIndex(({ id }) => id === this.now.tierId);
  }
}

/** Gives a tier by hand until a day: what the count says waits until then. */
export function overrideTier(
  { standing, moves }: Evaluated,
  tierId: string,
  until: LocalDay,
  { today, now }: { readonly today: LocalDay; readonly now: Date },
): Pick<Evaluated, 'standing' | 'moves' | 'reviewOn'> {
  const move: TierMove = { from: standing.tierId, to: tierId, reason: 'overridden', day: today, at: now };
  const changed = standing.tierId !== tierId;
  return {
    standing: {
      ...standing,
      tierId,
      since: changed ? { day: today, at: now } : standing.since,
      validUntil: null,
      graceUntil: null,
      overrideUntil: until,
    },
    moves: changed ? [...moves, move] : moves,
    reviewOn: plusDays(until, 1),
  };
}
