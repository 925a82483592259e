import { formatDecimal, currencyExponent } from '@tallystick/kernel';
import type { OfferTerms } from './offer.js';

/** Basis points that make a whole. */
export const WHOLE = 10_000;
/** The most that an amount of an offer may be, in minor units: far from where sums of them would not fit. */
const LARGEST_AMOUNT = 10n ** 15n;

/** What is wrong with terms, by field; nothing when they can be kept. */
export function problemsOfTerms(terms: OfferTerms): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  const problem = (field: string, message: string): unknown => (problems[field] = [message]);
  const { fundedBy, shares, endsAt, startsAt } = terms;
  if ((terms.rateBps === null) === (terms.fixedAmount === null)) problem('cashback', 'Give either rate_bps or an amount.');
  if (fundedBy.merchant + fundedBy.institution + fundedBy.platform !== WHOLE) problem('funded_by', `Must sum to ${WHOLE} basis points.`);
  if (shares.customer + shares.institution + shares.platform !== WHOLE) problem('shares', `Must sum to ${WHOLE} basis points.`);
  else if (shares.customer === 0) problem('shares', 'The customer must have a share.');
  if ((terms.capPerPeriod === null) !== (terms.capPeriod === null)) problem('cap_per_period', 'Give an amount and its period.');
  if (endsAt !== null && endsAt <= startsAt) problem('ends_at', 'Must be after starts_at.');
  for (const [field, value] of Object.entries(amountsOf(terms)))
    if (value !== null && (value <= 0n || value > LARGEST_AMOUNT)) problem(field, 'Must be an amount above 0 and not beyond all measure.');
  const { capPerTransaction, fixedAmount } = terms;
  if (fixedAmount !== null && capPerTransaction !== null && capPerTransaction < fixedAmount)
    problem('cap_per_transaction', 'Is below the amount that each purchase is to earn.');
  return problems;
}

/** The amounts of terms by the fields of the API. */
const amountsOf = (terms: OfferTerms): Record<string, bigint | null> => ({
  cashback: terms.fixedAmount,
  min_amount: terms.minAmount,
  cap_per_transaction: terms.capPerTransaction,
  cap_per_period: terms.capPerPeriod,
  budget: terms.budget,
});

/** Terms as versions and the audit trail keep them: amounts as decimal text of the currency, moments in RFC 3339. */
export function termsRecord(terms: OfferTerms): Record<string, unknown> {
  const money = (value: bigint | null): string | null => (value === null ? null : formatDecimal(value, currencyExponent(terms.currency)));
  return {
    name: terms.name,
    kind: terms.kind,
    currency: terms.currency,
    rate_bps: terms.rateBps,
    fixed_amount: money(terms.fixedAmount),
    rounding: terms.rounding,
    min_amount: money(terms.minAmount),
    cap_per_transaction: money(terms.capPerTransaction),
    cap_per_period: money(terms.capPerPeriod),
    cap_period: terms.capPeriod,
    per_user_limit: terms.perUserLimit,
    budget: money(terms.budget),
    funded_by: terms.fundedBy,
    shares: terms.shares,
    requires_activation: terms.requiresActivation,
    starts_at: terms.startsAt.toISOString(),
    ends_at: terms.endsAt?.toISOString() ?? null,
  };
}
