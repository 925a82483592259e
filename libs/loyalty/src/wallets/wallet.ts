import { Money, Points, currencyExponent, formatDecimal, parseDecimal } from '@tallystick/kernel';
import type { AccountBalance } from '@tallystick/ledger';
import { RATE_SCALE } from '../rules/earning.policy.js';
import { mayDo, type MemberStatus } from '../members/member-status.policy.js';
import type { Program } from '../programs/program.js';

export const WALLET_KINDS = ['points', 'cash'] as const;
export type WalletKind = (typeof WALLET_KINDS)[number];

/** A member's wallet as the API shows it; amounts in points, or of a cash wallet in units of its currency, exact JSON numbers. */
export interface Wallet {
  readonly id: string;
  readonly owner: { readonly type: 'member'; readonly id: string };
  /** Null for cash, which is of no program. */
  readonly program_id: string | null;
  readonly kind: WalletKind;
  readonly currency: string;
  /** All that has been posted: available, held, pending, and what has expired but is not swept yet. */
  readonly balance: number;
  readonly available: number;
  readonly held: number;
  readonly pending: number;
  /** Owed for refunds that found too little; the next points pay it first (C3.4). */
  readonly owed: number;
  /** What is available in money: of points what they are worth, when the program says so. */
  readonly value: { readonly amount: string; readonly currency: string } | null;
  readonly status: 'active' | 'frozen' | 'closed';
}

const ENDED: readonly MemberStatus[] = ['closed', 'merged', 'erased'];

/** What can be done with a wallet follows from its owner: frozen is one from which nothing is spent at present. */
const walletStatus = (owner: MemberStatus): Wallet['status'] =>
  ENDED.includes(owner) ? 'closed' : mayDo(owner, 'spend') ? 'active' : 'frozen';

/** Shows an account of the ledger as a wallet. */
export function showWallet(balance: AccountBalance, memberId: string, memberStatus: MemberStatus, program: Program): Wallet {
  const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
  return {
    id: balance.accountId,
    owner: { type: 'member', id: memberId },
    program_id: program.id,
    kind: 'points',
    currency: program.terms.currency,
    balance: points(balance.posted),
    available: points(balance.available),
    held: points(balance.held),
    pending: points(balance.pending),
    owed: points(balance.owed),
    value: valueOf(balance.available, program),
    status: walletStatus(memberStatus),
  };
}

/** Shows an account of a currency as a wallet. */
export function showCashWallet(balance: AccountBalance, memberId: string, memberStatus: MemberStatus, currency: string): Wallet {
  const units = (minor: bigint): number => Points.of(minor, currencyExponent(currency)).toNumber();
  return {
    id: balance.accountId,
    owner: { type: 'member', id: memberId },
    program_id: null,
    kind: 'cash',
    currency,
    balance: units(balance.posted),
    available: units(balance.available),
    held: units(balance.held),
    pending: units(balance.pending),
    owed: units(balance.owed),
    value: { amount: Money.of(balance.available, currency).toString(), currency },
    status: walletStatus(memberStatus),
  };
}

/** The worth of points at the program's point value, rounded down to the currency's minor unit. */
function valueOf(units: bigint, { terms, scale }: Program): Wallet['value'] {
  if (terms.point_value === null) return null;
  const exponent = currencyExponent(terms.currency);
  const rate = parseDecimal(terms.point_value, RATE_SCALE) as bigint;
  const minor = (units * rate * 10n ** BigInt(exponent)) / 10n ** BigInt(RATE_SCALE + scale);
  return { amount: formatDecimal(minor, exponent), currency: terms.currency };
}
