/** Days in which what somebody bought comes to count half: at a merchant by all customers, as of late; and by one customer. */
export const TREND_HALF_LIFE = 7;
export const HABIT_HALF_LIFE = 90;

/** Days of purchases that are looked at, and that popularity counts. */
export const MEMORY_DAYS = 365;
export const POPULARITY_DAYS = 90;

/** What merchants have in common is learnt from so many purchases at most, the latest, and of one customer from so many merchants. */
export const LIKENESS_PURCHASES = 200_000;
export const LIKENESS_MERCHANTS = 30;
/** Merchants have customers in common when it is so many: fewer might be told apart (k-anonymity), and may be chance. */
export const COMMON_CUSTOMERS = 3;
/** How many of its likes are kept of a merchant. */
export const LIKES_KEPT = 20;

/** How much of a score is the likeness of merchants. The two others are learnt, from so many purchases, the latest. */
export const LIKENESS_WEIGHT = 0.1;
export const WEIGHED_PURCHASES = 2_000;

/** What the learnt parts are before there is anything to learn from, and at most. `evidence` is how much it takes to unsettle it. */
export const BEFOREHAND = { own: 0.3, category: 0.15, evidence: 20 } as const;
export const AT_MOST = { own: 0.6, category: 0.25 } as const;

/** A purchase that counts: of a known merchant, and not turned down. `t` is the card transaction. */
export const COUNTS = `t.tenant_id = $1 and t.type = 'purchase' and t.merchant_id is not null and t.verdict in ('rewarded', 'no_offer')`;

/** What is left in SQL of 1 after the days from `moment` to `now`. */
export const faded = (now: string, moment: string, halfLife: number): string =>
  `power(0.5::float8, least(greatest(extract(epoch from ${now} - ${moment})::float8 / ${86_400 * halfLife}, 0), 200))`;

/** A sum of fractions, so that the order in which they were added does not tell. */
export const settled = (sum: string): string => `round((${sum})::numeric, 9)::float8`;
