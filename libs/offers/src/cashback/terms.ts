import { Money } from '@tallystick/kernel';
import type { OfferTerms } from '../offers/offer.js';
import type { termsRecord } from '../offers/offer-terms.policy.js';

/** What of an offer's terms says how a purchase is rewarded, and who pays; amounts in the minor unit of its currency. */
export type Terms = Pick<
  OfferTerms,
  | 'kind'
  | 'currency'
  | 'rateBps'
  | 'fixedAmount'
  | 'rounding'
  | 'minAmount'
  | 'capPerTransaction'
  | 'capPerPeriod'
  | 'capPeriod'
  | 'perUserLimit'
  | 'fundedBy'
  | 'shares'
>;

/** Reads the terms of a stored version, as `termsRecord` wrote them. */
export function readTermsRecord(record: ReturnType<typeof termsRecord>): Terms {
  const stored = record as unknown as Record<string, string | null> &
    Pick<Terms, 'kind' | 'currency' | 'rounding' | 'capPeriod' | 'shares'> & {
      rate_bps: number | null;
      cap_period: Terms['capPeriod'];
      per_user_limit: number | null;
      funded_by: Terms['fundedBy'];
    };
  const money = (text: string | null | undefined): bigint | null =>
    text === null || text === undefined ? null : (Money.parse(text, stored.currency) as Money).minor;
  return {
    kind: stored.kind,
    currency: stored.currency,
    rateBps: stored.rate_bps,
    fixedAmount: money(stored.fixed_amount),
    rounding: stored.rounding,
    minAmount: money(stored.min_amount),
    capPerTransaction: money(stored.cap_per_transaction),
    capPerPeriod: money(stored.cap_per_period),
    capPeriod: stored.cap_period,
    perUserLimit: stored.per_user_limit,
    fundedBy: stored.funded_by,
    shares: stored.shares,
  };
}
