import type { MemberStatus } from './member-status.policy.js';
import type { Profile } from './profile-sealer.js';
import type { Wallet } from '../wallets/wallet.js';

/** A member as the API shows it (`native.md`, Members). */
export interface Member extends Required<Omit<Profile, 'attributes'>> {
  readonly id: string;
  /** Short enough to be said aloud; unique in the tenant, not without gaps. */
  readonly number: number;
  readonly reference: string;
  readonly status: MemberStatus;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Who goes on for a merged member. */
  readonly merged_into: string | null;
  readonly signed_in_at: string | null;
  readonly wallets: readonly Wallet[];
  readonly created_at: string;
}

/** How much of a person an answer shows: all, or what their own people recognize them by (PII-05). */
export type MemberView = 'full' | 'masked';
