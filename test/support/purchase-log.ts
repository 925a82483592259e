import { readFileSync } from 'node:fs';

/** A line of a purchase log. */
export interface LoggedPurchase {
  readonly customer: string;
  /** As `1997-01-31`. */
  readonly day: string;
  readonly cents: number;
}

/** Reads a log in the CDNOW layout: customer id, YYYYMMDD, number of pieces, dollars. */
export const readPurchaseLog = (path: string): LoggedPurchase[] =>
  readFileSync(path, 'latin1')
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [customer, date, , dollars] = line.trim().split(/\s+/) as [string, string, string, string];
      return { customer, day: date.replace(/^(....)(..)(..)$/, '$1-$2-$3'), cents: Number(dollars.replace('.', '')) };
    });

/** A log of the same shape, always the same: customers who come in one after the other, some of whom come back, amounts with cents and some of 0.00. */
export function madePurchaseLog(customers: number, days: number): LoggedPurchase[] {
  let seed = 19_970_101;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const purchases: LoggedPurchase[] = [];
  for (let customer = 1; customer <= customers; customer++) {
    const often = random() < 0.3 ? 12 : 120;
    for (let day = Math.floor(random() * 60); day < days; day += 1 + Math.floor(-Math.log(random()) * often * 2)) {
      const times = random() < 0.05 ? 2 : 1;
      for (let time = 0; time < times; time++) {
        const cents = random() < 0.01 ? 0 : Math.floor(-Math.log(random()) * 3_500);
        const date = new Date(Date.UTC(1997, 0, 1 + day)).toISOString().slice(0, 10);
        purchases.push({ customer: String(customer).padStart(5, '0'), day: date, cents });
      }
    }
  }
  return purchases;
}
