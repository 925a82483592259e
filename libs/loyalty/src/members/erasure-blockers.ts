import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** What another room has of a person that must be settled before they are erased. */
export interface ErasureBlocker {
  /** The name under which `errors` tells it. */
  readonly name: string;
  readonly message: string;
  /** Whether it stands for a member; keeps what it looked at as it is until the transaction ends. */
  blocks(tx: WriteTx<TenantContext>, memberId: string): Promise<boolean>;
}

const BLOCKERS: ErasureBlocker[] = [];

/** Adds a reason that keeps people from being erased, once, where the room is loaded that knows of it. */
export function defineErasureBlocker(blocker: ErasureBlocker): ErasureBlocker {
  BLOCKERS.push(blocker);
  return blocker;
}

/** The reasons of other rooms why a member cannot be erased at present, by name. */
export async function otherErasureBlockers(tx: WriteTx<TenantContext>, memberId: string): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for (const { name, message, blocks } of BLOCKERS) if (await blocks(tx, memberId)) found[name] = [message];
  return found;
}
