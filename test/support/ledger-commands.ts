import { newId } from '@tallystick/kernel';
import type { Capture, Expire, Hold, LedgerCommand, Leg, LotTerms, Post, Release, Reverse } from '@tallystick/ledger';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The house accounts that commands name. */
export interface Houses {
  readonly issuance: string;
  readonly redeemed: string;
  readonly expired: string;
}

type Rest<Command extends LedgerCommand> = Partial<Omit<Command, 'act'>>;

/** Grace for so long from the moment of the list on. */
export const graceOf = (ms: number) => ({ policy: 'grace' as const, until: (now: Date) => new Date(now.getTime() + ms) });

/** A reference whose content is told apart by one letter. */
export const referenceOf = (key: string, content = 'a') => ({ key, hash: content.repeat(64) });

/** Builders of commands with ids of their own; `rest` overrides any field. */
export const commandsFor = ({ issuance, redeemed, expired }: Houses) => ({
  earn: (account: string, amount: bigint, lot?: LotTerms, rest: Rest<Post> = {}): Post => ({
    act: 'post',
    id: newId(),
    kind: 'earn',
    account,
    legs: [{ from: issuance, to: account, amount, ...(lot && { lot }) }],
    ...rest,
  }),
  redeem: (account: string, amount: bigint, rest: Rest<Post> = {}): Post => ({
    act: 'post',
    id: newId(),
    kind: 'redeem',
    account,
    legs: [{ from: account, to: redeemed, amount }],
    ...rest,
  }),
  transfer: (from: string, to: string, amount: bigint, rest: Rest<Post> = {}): Post => ({
    act: 'post',
    id: newId(),
    kind: 'transfer',
    account: from,
    legs: [{ from, to, amount }],
    ...rest,
  }),
  post: (account: string, legs: readonly Leg[], rest: Rest<Post> = {}): Post => ({
    act: 'post',
    id: newId(),
    kind: 'adjust',
    account,
    legs,
    ...rest,
  }),
  hold: (account: string, amount: bigint, rest: Rest<Hold> = {}): Hold => ({
    act: 'hold',
    id: newId(),
    kind: 'hold',
    account,
    amount,
    expiresAt: null,
    ...rest,
  }),
  capture: (account: string, holdId: string, rest: Rest<Capture> = {}): Capture => ({
    act: 'capture',
    id: newId(),
    kind: 'capture',
    account,
    holdId,
    to: redeemed,
    expired,
    ...rest,
  }),
  release: (account: string, holdId: string, rest: Rest<Release> = {}): Release => ({
    act: 'release',
    id: newId(),
    kind: 'release',
    account,
    holdId,
    cause: 'released',
    expired,
    ...rest,
  }),
  reverse: (account: string, target: string | Reverse['target'], rest: Rest<Reverse> = {}): Reverse => ({
    act: 'reverse',
    id: newId(),
    kind: 'reversal',
    account,
    target: typeof target === 'string' ? { id: target } : target,
    shortage: 'take_available',
    lapsed: graceOf(30 * DAY),
    expired,
    ...rest,
  }),
  expire: (account: string, rest: Rest<Expire> = {}): Expire => ({ act: 'expire', id: newId(), kind: 'expire', account, expired, ...rest }),
});
