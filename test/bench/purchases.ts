import { readFileSync } from 'node:fs';

/** Somebody bought somewhere, on a day that is counted from any beginning. */
export interface Bought {
  readonly customer: string;
  readonly shop: string;
  readonly category: string;
  readonly day: number;
}

const SHOPS = 500;

/**
 * Reads a log of purchases: lines of customer, date as YYYYMMDD, number, amount, below a heading. It names no shop: the price stands for it,
 * for people come back to prices, too. The 500 most frequent are kept; all are of one category, as nothing is known of theirs.
 */
export function readPurchases(file: string): Bought[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length === 4) as [string, string, string, string][];
  const counts = new Map<string, number>();
  for (const [, , , price] of lines) counts.set(price, (counts.get(price) ?? 0) + 1);
  const kept = new Set(
    [...counts]
      .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
      .slice(0, SHOPS)
      .map(([price]) => price),
  );
  return lines
    .filter(([, , , price]) => kept.has(price))
    .map(([customer, date, , shop]) => ({
      ...{ customer, shop, category: 'other' },
      day: Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6))) / 86_400_000,
    }))
    .sort((one, other) => one.day - other.day);
}

const CATEGORIES = ['restaurants-bars', 'education', 'culture', 'home', 'services', 'pet-related', 'clothing-store', 'fitness-sports'];

/**
 * Invents purchases of customers with tastes: 240 shops in eight categories, five circles of six in each. A customer belongs to two circles of any
 * category; of their purchases three in ten are where they bought before, four in ten in a circle of theirs, one in ten in its category, two in ten
 * anywhere; everywhere the first shops are liked better. The same every time.
 */
export function inventPurchases(customers = 4_000, days = 360): Bought[] {
  let seed = 42;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const below = (many: number): number => Math.floor(random() * many);
  /** The first come oftener. */
  const liked = (many: number): number => Math.floor(random() ** 2 * many);
  const bought: Bought[] = [];
  for (let customer = 0; customer < customers; customer++) {
    const circles = [below(40), below(40)];
    const been: number[] = [];
    const dates = Array.from({ length: 4 + below(20) }, () => below(days)).sort((one, other) => one - other);
    for (const day of dates) {
      const circle = circles[below(2)]!;
      const chance = random();
      const shop =
        chance < 0.3 && been.length > 0
          ? been[below(been.length)]!
          : chance < 0.7
            ? circle * 6 + liked(6)
            : chance < 0.8
              ? Math.floor(circle / 5) * 30 + liked(30)
              : liked(240);
      been.push(shop);
      bought.push({ customer: `C${customer}`, shop: `S${shop}`, category: CATEGORIES[Math.floor(shop / 30)]!, day });
    }
  }
  return bought.sort((one, other) => one.day - other.day);
}
