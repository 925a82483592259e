import type { Profile } from './profile-sealer.js';
import type { MemberStatus } from './member-status.policy.js';
import type { Wallet } from '../wallets/wallet.js';

/** A member as the API shows it (`native.md`, Members). */
export interface Member extends Required<Omit<Profile, 'attributes'>> {
  readonly id: string;
  /** Short enough to be said aloud; unique in the tenant, not without gaps. */
  readonly number: number;
  readonly reference: string;
  readonly status: MemberStatus;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly wallets: readonly Wallet[];
  readonly created_at: string;
}
