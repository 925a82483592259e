/** Where a rule without a database gets the time; what is recorded takes the database's time instead. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };
