import type { Authorization, CardFact, Clearing, MatchedMerchant, Return } from './card-fact.js';
import { countingAmount, type CardReason, type CardTransaction } from './card-transaction.js';
import {
  EVER,
  clearingKey,
  counterKey,
  originKey,
  pairKey,
  transactionKey,
  type BookedOffer,
  type CashbookWorld,
  type Counter,
} from './cashbook-world.js';
import { NOTHING, difference, isNothing, type Standing } from './standing.policy.js';
import { capPeriodOf, chooseOffer, measure, standingOf, termsOf } from './weigh-purchase.policy.js';

/** What became of one fact: the card transaction that tells it, or why there is none. */
export type Taken =
  { readonly transaction: CardTransaction; readonly duplicate: boolean } | { readonly transaction: null; readonly reason: CardReason };

/** A movement of money to be posted: how what stands of a settled purchase changed, and by which card transaction. */
export interface Move {
  readonly kind: 'reward' | 'adjustment';
  readonly transaction: CardTransaction;
  readonly purchase: CardTransaction;
  readonly amount: bigint;
  readonly change: Standing;
  readonly settledAt: Date;
}

/** Something to be told. */
export interface Tidings {
  readonly event: 'rewarded' | 'adjusted' | 'pending_match' | 'refund_given_up';
  readonly transaction: CardTransaction;
  readonly purchase: CardTransaction | null;
  /** The offer that it is or was rewarded by. */
  readonly offerId: string | null;
  readonly change: Standing;
}

/** Why a purchase changes: it was told of, something of it went back, or its merchant was found. */
interface Update extends Pick<Move, 'transaction' | 'amount' | 'settledAt'> {
  readonly why: 'told' | 'returned' | 'matched';
}

/**
 * Decides card facts strictly in order on a world read under the lock: what is new, what a purchase earns, what a refund takes back. Pure:
 * no I/O and no clock. Whatever happens to a purchase, what it used is put back, it is weighed anew, and what it then uses is taken.
 */
export class Cashbook {
  readonly added = new Map<string, CardTransaction>();
  readonly changed = new Map<string, CardTransaction>();
  readonly newClearings: { fact: Clearing; purchaseId: string }[] = [];
  readonly moves: Move[] = [];
  readonly tidings: Tidings[] = [];
  readonly countersUsed = new Set<Counter>();
  readonly offersUsed = new Set<BookedOffer>();

  /** Where and how the new ones were paid. */
  readonly told = new Map<string, CardFact>();

  constructor(
    private readonly world: CashbookWorld,
    private readonly newId: () => string,
  ) {}

  take(fact: CardFact): Taken {
    switch (fact.kind) {
      case 'authorization':
        return this.authorize(fact);
      case 'clearing':
        return this.clear(fact);
      default:
        return this.giveBack(fact);
    }
  }

  /** Says at which merchant a purchase was made that had none; null: at none of ours. */
  match(purchase: CardTransaction, merchantId: string | null, by: 'identifier' | 'likeness' | 'staff', memberActive: boolean): void {
    this.update(purchase, { why: 'matched', transaction: purchase, amount: 0n, settledAt: this.world.now }, () => {
      purchase.merchantId = merchantId;
      purchase.matchedBy = merchantId === null ? null : by;
      purchase.verdict = 'no_offer';
      if (merchantId === null) purchase.reason = 'merchant_dismissed';
      else purchase.reason = memberActive ? null : 'member_not_active';
    });
  }

  /** Says that a purchase whose merchant was not known may have been at one of several. */
  doubt(purchase: CardTransaction): void {
    purchase.verdict = 'pending_match';
    purchase.reason = 'merchant_ambiguous';
    this.touch(purchase);
    this.tidings.push({ event: 'pending_match', transaction: purchase, purchase, offerId: null, change: NOTHING });
  }

  /** Gives up a refund whose purchase never came (C3.9). */
  giveUp(refund: CardTransaction): void {
    this.end(refund, 'rejected', 'purchase_not_found');
    this.tidings.push({ event: 'refund_given_up', transaction: refund, purchase: null, offerId: null, change: NOTHING });
  }

  private authorize(fact: Authorization): Taken {
    const known = this.purchaseOf(fact.source, fact.reference);
    if (!known) return this.open(fact, { why: 'told', amount: 0n, settledAt: this.world.now }, (purchase) => (purchase.authorized = true));
    if (!isOf(known, fact)) return { transaction: null, reason: 'id_reused' };
    if (known.authorized) {
      const same = known.amount === fact.amount && known.occurredAt.getTime() === fact.occurredAt.getTime();
      return same ? { transaction: known, duplicate: true } : { transaction: null, reason: 'id_reused' };
    }
    if (fact.amount < known.reversed) return { transaction: null, reason: 'refund_exceeds_purchase' };
    known.authorized = true;
    known.amount = fact.amount;
    this.touch(known);
    return { transaction: known, duplicate: false };
  }

  private clear(fact: Clearing): Taken {
    const { source, reference, originalReference, part, amount, settledAt } = fact;
    const before = this.world.clearings.get(clearingKey(source, reference, part));
    if (before) {
      const purchase = this.world.byId.get(before.purchaseId) as CardTransaction;
      const same = before.amount === amount && isOf(purchase, fact);
      return same ? { transaction: purchase, duplicate: true } : { transaction: null, reason: 'id_reused' };
    }
    const known = this.purchaseOf(source, originalReference ?? reference);
    if (known && !isOf(known, fact)) return { transaction: null, reason: originalReference === null ? 'id_reused' : 'other_member' };
    const cleared = (purchase: CardTransaction): void => {
      purchase.cleared += amount;
      purchase.status = 'settled';
      purchase.settledAt ??= settledAt;
      this.newClearings.push({ fact, purchaseId: purchase.id });
      this.world.clearings.set(clearingKey(source, reference, part), { purchaseId: purchase.id, amount });
      this.world.clearedAs.set(originKey(source, reference), purchase.id);
    };
    const cause = { why: 'told', amount, settledAt } as const;
    if (!known) return this.open(fact, cause, cleared);
    this.update(known, { ...cause, transaction: known }, () => cleared(known));
    this.meet(originKey(source, reference), known);
    return { transaction: known, duplicate: false };
  }

  private giveBack(fact: Return): Taken {
    const known = this.world.transactions.get(transactionKey(fact.kind, fact.source, fact.reference));
    if (known) {
      const same = known.amount === fact.amount && known.originalReference === fact.originalReference && isOf(known, fact);
      return same ? { transaction: known, duplicate: true } : { transaction: null, reason: 'id_reused' };
    }
    if (fact.kind === 'refund' && fact.stage === 'approved') return { transaction: null, reason: 'refund_not_settled' };
    const purchase = this.purchaseOf(fact.source, fact.originalReference);
    const refusal = purchase && refusalOf(purchase, fact, fact.stage, fact.amount);
    if (refusal) return { transaction: null, reason: refusal };
    const refund = this.add(fact, fact.kind, fact.originalReference);
    refund.status = fact.stage;
    refund.settledAt = fact.stage === 'settled' ? fact.settledAt : null;
    if (purchase) this.apply(refund, purchase);
    else {
      refund.verdict = 'pending_match';
      refund.reason = 'purchase_unknown';
      const key = originKey(fact.source, fact.originalReference);
      this.world.waiting.set(key, [...(this.world.waiting.get(key) ?? []), refund]);
      this.tidings.push({ event: 'pending_match', transaction: refund, purchase: null, offerId: null, change: NOTHING });
    }
    return { transaction: refund, duplicate: false };
  }

  /** Lets a refund or reversal work on its purchase. */
  private apply(refund: CardTransaction, purchase: CardTransaction): void {
    const before = purchase.standing;
    const { amount } = refund;
    const ofAuthorization = refund.status === 'approved';
    const cause = { why: 'returned', transaction: refund, amount: -amount, settledAt: refund.settledAt ?? this.world.now } as const;
    this.update(purchase, cause, () => {
      if (ofAuthorization) purchase.reversed += amount;
      else purchase.refunded += amount;
    });
    refund.purchaseId = purchase.id;
    refund.merchantId = purchase.merchantId;
    refund.offerId = purchase.offerId;
    refund.offerVersion = purchase.offerVersion;
    refund.standing = difference(purchase.standing, before);
    if (ofAuthorization && purchase.cleared > 0n) return this.end(refund, 'no_offer', 'already_cleared');
    if (isNothing(refund.standing)) return this.end(refund, 'no_offer', 'purchase_not_rewarded');
    refund.rewardState = purchase.cleared > 0n ? 'scheduled' : 'pending';
    this.end(refund, 'rewarded', 'refunded');
  }

  private end(refund: CardTransaction, verdict: CardTransaction['verdict'], reason: CardReason): void {
    refund.verdict = verdict;
    refund.reason = reason;
    this.touch(refund);
  }

  /** A purchase seen for the first time; refunds that waited for it follow at once (C3.9). */
  private open(fact: Authorization | Clearing, cause: Omit<Update, 'transaction'>, mutate: (purchase: CardTransaction) => unknown): Taken {
    const reference = (fact.kind === 'clearing' ? fact.originalReference : null) ?? fact.reference;
    const purchase = this.add({ ...fact, reference }, 'purchase', null);
    Object.assign(purchase, startOf(fact.merchant, fact.memberActive));
    this.update(purchase, { ...cause, transaction: purchase }, () => mutate(purchase));
    if (purchase.verdict === 'pending_match')
      this.tidings.push({ event: 'pending_match', transaction: purchase, purchase, offerId: null, change: NOTHING });
    for (const name of new Set([reference, fact.reference])) this.meet(originKey(fact.source, name), purchase);
    return { transaction: purchase, duplicate: false };
  }

  private meet(key: string, purchase: CardTransaction): void {
    const refunds = this.world.waiting.get(key) ?? [];
    this.world.waiting.delete(key);
    for (const refund of refunds) {
      const refusal = refusalOf(purchase, refund, refund.status, refund.amount);
      if (refusal) this.end(refund, 'rejected', refusal);
      else this.apply(refund, purchase);
    }
  }

  private add(fact: CardFact, type: CardTransaction['type'], originalReference: string | null): CardTransaction {
    const { source, reference, memberId, currency, amount, occurredAt } = fact;
    const transaction: CardTransaction = {
      id: this.newId(),
      source,
      type,
      reference,
      originalReference,
      memberId,
      currency,
      occurredAt,
      purchaseId: null,
      status: 'approved',
      amount,
      authorized: false,
      cleared: 0n,
      reversed: 0n,
      refunded: 0n,
      settledAt: null,
      merchantId: null,
      matchedBy: null,
      verdict: 'no_offer',
      reason: null,
      offerId: null,
      offerVersion: null,
      rewardState: null,
      period: null,
      measured: 0n,
      standing: NOTHING,
    };
    this.added.set(transaction.id, transaction);
    this.told.set(transaction.id, fact);
    this.world.byId.set(transaction.id, transaction);
    this.world.transactions.set(transactionKey(type, source, reference), transaction);
    return transaction;
  }

  private purchaseOf(source: string, reference: string): CardTransaction | undefined {
    const known = this.world.transactions.get(transactionKey('purchase', source, reference));
    return known ?? this.world.byId.get(this.world.clearedAs.get(originKey(source, reference)) ?? '');
  }

  private touch(transaction: CardTransaction): void {
    if (!this.added.has(transaction.id)) this.changed.set(transaction.id, transaction);
  }

  /** Changes a purchase, weighs it anew and keeps the books of what it uses; what is settled moves money. */
  private update(purchase: CardTransaction, cause: Update, mutate: () => void): void {
    const before = { ...purchase, counting: countingAmount(purchase) };
    const posted = before.cleared > 0n ? before.standing : NOTHING;
    this.book(purchase, -1);
    mutate();
    this.weigh(purchase, before, cause.why);
    this.book(purchase, 1);
    this.touch(purchase);
    const { transaction, amount, settledAt } = cause;
    const change = purchase.cleared > 0n ? difference(purchase.standing, posted) : NOTHING;
    const kind = cause.why === 'told' || before.cleared === 0n ? 'reward' : 'adjustment';
    if (!isNothing(change)) this.moves.push({ kind, transaction, amount, settledAt, purchase, change });
    const differs = difference(purchase.standing, before.standing);
    if (isNothing(differs)) return;
    const event = before.rewardState === null ? 'rewarded' : 'adjusted';
    this.tidings.push({ event, transaction, purchase, offerId: purchase.offerId ?? before.offerId, change: differs });
  }

  private weigh(purchase: CardTransaction, before: CardTransaction & { counting: bigint }, why: Update['why']): void {
    if (purchase.merchantId === null || purchase.reason === 'member_not_active') return;
    if (purchase.offerId === null) {
      // What goes back opens nothing.
      if (why === 'returned' || !this.choose(purchase)) return;
    } else if (countingAmount(purchase) === before.counting) {
      purchase.standing = standingOf(termsOf(this.world, purchase), purchase, purchase.measured);
    } else if (!this.weighAgain(purchase, before.standing)) return;
    if (purchase.standing.cashback === 0n) purchase.rewardState = 'reversed';
    else if (purchase.cleared === 0n) purchase.rewardState = 'pending';
    else if (why !== 'returned' || purchase.rewardState === 'pending') purchase.rewardState = 'scheduled';
  }

  private choose(purchase: CardTransaction): boolean {
    const chosen = chooseOffer(this.world, purchase);
    if ('reason' in chosen) {
      purchase.verdict = 'no_offer';
      purchase.reason = chosen.reason;
      return false;
    }
    const { offer, measured } = chosen;
    purchase.verdict = 'rewarded';
    purchase.reason = null;
    purchase.offerId = offer.id;
    purchase.offerVersion = offer.version;
    purchase.period = capPeriodOf(this.world, offer.terms, purchase.occurredAt);
    purchase.measured = measured;
    purchase.standing = standingOf(offer.terms, purchase, measured);
    return true;
  }

  /** Under the offer and the version that it was rewarded by, whatever has become of them. */
  private weighAgain(purchase: CardTransaction, own: Standing): boolean {
    const terms = termsOf(this.world, purchase);
    if (countingAmount(purchase) === 0n) {
      purchase.measured = 0n;
      purchase.standing = NOTHING;
      return true;
    }
    const offer = this.world.offers.get(purchase.offerId as string) as BookedOffer;
    const weighed = measure(this.world, offer, terms, purchase, own);
    if ('reason' in weighed) {
      purchase.verdict = 'no_offer';
      purchase.reason = weighed.reason;
      Object.assign(purchase, { offerId: null, offerVersion: null, period: null, rewardState: null, measured: 0n, standing: NOTHING });
      return false;
    }
    purchase.measured = weighed.measured;
    purchase.standing = standingOf(terms, purchase, weighed.measured);
    return true;
  }

  /** Takes what a purchase uses of its offer's budget and of what the offer gives the customer, or puts it back. */
  private book(purchase: CardTransaction, sign: 1 | -1): void {
    if (purchase.offerId === null) return;
    const { cashback, charge } = purchase.standing;
    const offer = this.world.offers.get(purchase.offerId) as BookedOffer;
    const times = BigInt(sign);
    offer.spent += times * charge;
    this.offersUsed.add(offer);
    const rewards = cashback > 0n ? sign : 0;
    if (purchase.period !== null) this.count(purchase, purchase.period, times * cashback, rewards);
    if (termsOf(this.world, purchase).perUserLimit !== null) this.count(purchase, EVER, times * cashback, rewards);
    const key = pairKey(purchase.memberId, purchase.merchantId as string);
    const history = this.world.histories.get(key) ?? { standing: 0, takenBack: 0 };
    this.world.histories.set(key, history);
    history.standing += rewards;
    if (cashback === 0n && purchase.measured > 0n) history.takenBack += sign;
  }

  private count({ offerId, memberId }: CardTransaction, period: string, cashback: bigint, rewards: number): void {
    const key = counterKey(offerId as string, memberId, period);
    const counter = this.world.counters.get(key) ?? { offerId: offerId as string, memberId, period, cashback: 0n, rewards: 0 };
    this.world.counters.set(key, counter);
    counter.cashback += cashback;
    counter.rewards += rewards;
    this.countersUsed.add(counter);
  }
}

/** Whether two speak of the same customer and currency. */
const isOf = (known: CardTransaction, { memberId, currency }: { memberId: string; currency: string }): boolean =>
  known.memberId === memberId && known.currency === currency;

/** Why a refund or reversal cannot be of a purchase. */
function refusalOf(
  purchase: CardTransaction,
  { memberId, currency }: { memberId: string; currency: string },
  stage: 'approved' | 'settled',
  amount: bigint,
): CardReason | null {
  if (purchase.memberId !== memberId) return 'other_member';
  if (purchase.currency !== currency) return 'other_currency';
  const [sofar, limit] = stage === 'approved' ? [purchase.reversed, purchase.amount] : [purchase.refunded, countingAmount(purchase)];
  return sofar + amount > limit ? 'refund_exceeds_purchase' : null;
}

/** With which merchant a purchase begins. */
function startOf(merchant: MatchedMerchant, memberActive: boolean): Partial<CardTransaction> {
  if (merchant.status === 'ambiguous') return { verdict: 'pending_match', reason: 'merchant_ambiguous' };
  if (merchant.status === 'unknown') return { verdict: 'no_offer', reason: 'merchant_unknown' };
  const matched = { merchantId: merchant.merchantId, matchedBy: merchant.by };
  return memberActive ? matched : { ...matched, reason: 'member_not_active' };
}
