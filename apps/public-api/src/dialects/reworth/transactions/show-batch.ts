import { displayCashback, type CardBatch, type CardVerdictLine, type ShownMoney } from '@tallystick/offers';

/** Amounts are JSON numbers in this dialect, in the currency of the card transaction: exact up to 15 digits, more than a reward has. */
const numberOf = (money: ShownMoney | null): number => Number(money?.amount ?? 0);

/** A line of a batch in the fields of A.2.4. */
const showLine = ({
  id,
  member_reference,
  transaction_id,
  status,
  reason,
  message,
  offer,
  cashback,
  commission,
  conciliation,
}: CardVerdictLine) => ({
  id,
  transactionId: transaction_id,
  uuid: member_reference,
  status,
  reason,
  message,
  offer: offer && { name: offer.name, quickType: offer.kind },
  cashback: numberOf(cashback),
  currency: cashback?.currency ?? null,
  cashback_decimal: typeof offer?.rate_bps === 'number' ? offer.rate_bps / 10_000 : null,
  dv_cashback: offer && cashback ? shownRate(offer.rate_bps, cashback) : null,
  commission: numberOf(commission),
  conciliation: conciliation && { status: conciliation.status, windowId: conciliation.window_id, expectedAt: conciliation.expected_at },
});

/** `5%`; of an offer of a fixed amount what it gave. */
const shownRate = (rateBps: number | null, { amount, currency }: ShownMoney): string =>
  rateBps === null ? `${amount} ${currency}` : displayCashback({ rateBps, fixedAmount: null, currency });

export const showLines = ({ items }: CardBatch): object[] => items.map(showLine);
