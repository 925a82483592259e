import type { Profile } from './profile-sealer.js';
import type { Wallet } from '../wallets/wallet.js';

export const MEMBER_STATUSES = ['active', 'suspended', 'closed'] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** A member as the API shows it (`native.md`, Members). */
export interface Member extends Required<Omit<Profile, 'attributes'>> {
  readonly id: string;
  readonly reference: string;
  readonly status: MemberStatus;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly wallets: readonly Wallet[];
  readonly created_at: string;
}
