/** What a merchant sells, in the words of the REWORTH directory: a closed list of seventeen. */
export const CATEGORIES = [
  'restaurants-bars',
  'food-beverages',
  'electronics-software',
  'telecom-internet',
  'entertainment-events-tickets',
  'books-games-movies-music',
  'clothing-store',
  'fitness-sports',
  'health-beauty',
  'education',
  'culture',
  'tourism-hotels-accommodation',
  'pet-related',
  'stationery-office',
  'home',
  'services',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];
