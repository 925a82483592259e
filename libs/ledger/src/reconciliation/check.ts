/** One thing that does not add up. */
export interface Difference {
  /** The name of the check that found it. */
  readonly check: string;
  /** What it is about: an account, a transaction, an entry (`<account>:<seq>`), a lot, a hold, an asset or a seal. */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

/** A statement that must return no row. `$1` is the tenant; its rows are differences without the name. */
export interface Check {
  readonly name: string;
  /** What must hold. */
  readonly promise: string;
  readonly sql: string;
}
