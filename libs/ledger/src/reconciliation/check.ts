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

/** Checks that belong together. */
export interface CheckGroup {
  /**
   * A statement that answers in one scan whether all of them hold, by `sound`: only where they do not, the checks look for the place.
   * It compares fingerprints: 64-bit hashes joined by exclusive or, in which what matches vanishes. They find mistakes; who forges is
   * found by the seals.
   */
  readonly sound?: string;
  readonly checks: readonly Check[];
}
