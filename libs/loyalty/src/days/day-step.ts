import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';

/** A moment at which the work of a tenant's days is done: a local midnight, or in between. */
export interface DayMoment {
  readonly moment: Date;
  /** The local day that the moment begins or lies in, as `YYYY-MM-DD`. */
  readonly day: string;
  /** Whether the moment is the first of that day. */
  readonly begins: boolean;
}

/**
 * One step of the work of a day (C1.7). It finds what is due from what is recorded, so that running late, twice, or after a crash comes to the
 * same: who has been worked on must not be due at the same moment again.
 */
export interface DayStep {
  /** Up to `limit` members for whom something has fallen due by then. */
  due(tx: ReadTx<TenantContext>, at: DayMoment, limit: number): Promise<string[]>;
  /** Does it for these members, in the transaction of all their steps; for most of them there may be nothing to do. */
  run(tx: WriteTx<TenantContext>, at: DayMoment, memberIds: readonly string[]): Promise<void>;
}
