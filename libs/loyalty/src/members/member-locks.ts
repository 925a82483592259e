import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** What a room locks before it locks members: a transaction that does both must begin with it, or two of them wait in a circle. */
export type MemberLock = (tx: WriteTx<TenantContext>) => Promise<void>;

const LOCKS: MemberLock[] = [];

/** Adds what must be locked before members are, once, where the room is loaded whose lock it is. */
export function defineMemberLock(lock: MemberLock): MemberLock {
  LOCKS.push(lock);
  return lock;
}

/** Takes the locks of other rooms; who merges or erases begins with it. */
export async function lockBeforeMembers(tx: WriteTx<TenantContext>): Promise<void> {
  for (const lock of LOCKS) await lock(tx);
}
