import { currencyExponent, formatDecimal } from '@tallystick/kernel';
import type { OfferTerms } from './offer.js';

/** What a purchase earns, ready to display: `5%`, `7.25%` or `50.00 MXN`. */
export const displayCashback = ({ rateBps, fixedAmount, currency }: Pick<OfferTerms, 'rateBps' | 'fixedAmount' | 'currency'>): string =>
  rateBps === null
    ? `${formatDecimal(fixedAmount ?? 0n, currencyExponent(currency))} ${currency}`
    : `${formatDecimal(BigInt(rateBps), 2).replace(/\.?0+$/, '')}%`;
