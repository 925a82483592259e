import { LARGEST_POSTING } from '@tallystick/kernel';
import { countingAmount, type CardReason, type CardTransaction } from './card-transaction.js';
import { EVER, counterKey, pairKey, type BookedOffer, type CashbookWorld } from './cashbook-world.js';
import { periodOf } from './period.policy.js';
import { NOTHING, grossCashback, largestFitting, standing, type Standing } from './standing.policy.js';
import type { Terms } from './terms.js';

/** What an offer gives for a purchase, or why it gives nothing. */
type Weighed = { readonly measured: bigint } | { readonly reason: CardReason };

/** The reasons why none of a merchant's offers gives anything, from the first that is asked to the last: told is the one that came furthest. */
const FURTHEST: readonly CardReason[] = [
  'no_live_offer',
  'other_currency',
  'not_activated',
  'not_first_time',
  'user_limit_reached',
  'below_minimum',
  'amount_too_small',
  'cap_reached',
  'budget_exhausted',
];

/** The terms under which a purchase was rewarded, which may be of a version that the offer has no longer. */
export function termsOf(world: CashbookWorld, { offerId, offerVersion }: CardTransaction): Terms {
  const offer = world.offers.get(offerId as string);
  const terms = offer?.version === offerVersion ? offer?.terms : world.formerTerms.get(pairKey(offerId as string, String(offerVersion)));
  if (!terms) throw new Error('the terms of a rewarded purchase were not read');
  return terms;
}

/** In which period of the offer's cap a purchase counts: that in which it was made, whenever it clears or is refunded (C2.7). */
export const capPeriodOf = (world: CashbookWorld, terms: Terms, occurredAt: Date): string | null =>
  terms.capPeriod === null ? null : periodOf(occurredAt, world.zone, terms.capPeriod);

/** What stands of a purchase under terms. */
export const standingOf = (terms: Terms, purchase: CardTransaction, measured: bigint): Standing =>
  standing(terms, measured, purchase.refunded, countingAmount(purchase));

/**
 * Measures a purchase by an offer: the rate on what counts, rounded once, the minimum, the cap of a transaction, what is left of the
 * customer's period (C4.3), and last what the budget still pays. What the purchase used so far must have been put back; it may always keep
 * `own`, as much as stood.
 */
export function measure(
  world: CashbookWorld,
  offer: BookedOffer,
  terms: Terms,
  purchase: CardTransaction,
  own: Standing = NOTHING,
): Weighed {
  const amount = countingAmount(purchase);
  if (terms.minAmount !== null && amount < terms.minAmount) return { reason: 'below_minimum' };
  const gross = grossCashback(terms, amount);
  if (gross === 0n) return { reason: 'amount_too_small' };
  const period = capPeriodOf(world, terms, purchase.occurredAt);
  const used = period === null ? 0n : (world.counters.get(counterKey(offer.id, purchase.memberId, period))?.cashback ?? 0n);
  const kept = (value: bigint): boolean => {
    const { cashback, charge } = standingOf(terms, purchase, value);
    return cashback <= own.cashback && charge <= own.charge;
  };
  const capped = largestFitting(gross, (value) => terms.capPerPeriod === null || used + value <= terms.capPerPeriod || kept(value));
  if (capped === 0n) return { reason: 'cap_reached' };
  const measured = largestFitting(capped, (value) => {
    const { charge } = standing(terms, value, 0n, amount);
    return (charge <= LARGEST_POSTING && (offer.budget === null || offer.spent + charge <= offer.budget)) || kept(value);
  });
  return measured === 0n ? { reason: 'budget_exhausted' } : { measured };
}

/** Why an offer is not for a purchase, whatever the amount. */
function unfit(
  world: CashbookWorld,
  offer: BookedOffer,
  { memberId, merchantId, currency, occurredAt }: CardTransaction,
): CardReason | null {
  const { terms } = offer;
  const live = offer.active && offer.startsAt <= occurredAt && (offer.endsAt === null || occurredAt < offer.endsAt);
  if (!live) return 'no_live_offer';
  if (terms.currency !== currency) return 'other_currency';
  if (offer.requiresActivation) {
    const activatedAt = world.activations.get(pairKey(offer.id, memberId));
    if (!activatedAt || activatedAt > occurredAt) return 'not_activated';
  }
  if (terms.kind === 'first_time') {
    const history = world.histories.get(pairKey(memberId, merchantId as string));
    // A first purchase that was refunded whole makes the next one first again, once (C3.11).
    if (history && (history.standing > 0 || history.takenBack > 1)) return 'not_first_time';
  }
  const rewards = world.counters.get(counterKey(offer.id, memberId, EVER))?.rewards ?? 0;
  return terms.perUserLimit !== null && rewards >= terms.perUserLimit ? 'user_limit_reached' : null;
}

/**
 * The best offer of the merchant for a purchase: the highest cashback, then one for first purchases, then the smaller id; or why there is
 * none.
 */
export function chooseOffer(
  world: CashbookWorld,
  purchase: CardTransaction,
): { readonly offer: BookedOffer; readonly measured: bigint } | { readonly reason: CardReason } {
  let best: { offer: BookedOffer; measured: bigint } | undefined;
  let furthest = 0;
  for (const offer of world.offersOf.get(purchase.merchantId as string) ?? []) {
    const reason = unfit(world, offer, purchase);
    const weighed: Weighed = reason ? { reason } : measure(world, offer, offer.terms, purchase);
    if ('reason' in weighed) furthest = Math.max(furthest, FURTHEST.indexOf(weighed.reason));
    else if (!best || isBetter({ offer, ...weighed }, best)) best = { offer, ...weighed };
  }
  return best ?? { reason: FURTHEST[furthest] as CardReason };
}

interface Choice {
  readonly offer: BookedOffer;
  readonly measured: bigint;
}

function isBetter(one: Choice, other: Choice): boolean {
  if (one.measured !== other.measured) return one.measured > other.measured;
  const [first, second] = [one, other].map(({ offer }) => offer.terms.kind === 'first_time') as [boolean, boolean];
  return first === second ? one.offer.id < other.offer.id : first;
}
