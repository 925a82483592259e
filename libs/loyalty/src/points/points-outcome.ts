import { Points, type DomainError } from '@tallystick/kernel';
import type { LedgerCommand, Verdict } from '@tallystick/ledger';
import { IdempotencyKeyReused, InvalidState, NotFound, type EventDefinition } from '@tallystick/platform';
import { InsufficientPrefund } from '../cash/cash.errors.js';
import { AlreadyReversed, InsufficientBalance, LimitExceeded } from '../loyalty.errors.js';
import {
  DebtSettled,
  PointsAdjusted,
  PointsCaptured,
  PointsEarned,
  PointsExpired,
  PointsHeld,
  PointsRedeemed,
  PointsReleased,
  PointsReversed,
  PointsTransferred,
} from '../loyalty.events.js';
import type { PointsTransaction } from './points-transaction.js';
import type { Program } from '../programs/program.js';

/** What became of one fact. `units` is its signed effect on the wallet in the program's smallest unit. */
export type PointsOutcome =
  | { readonly status: 'posted' | 'replayed'; readonly shown: PointsTransaction; readonly units: bigint; readonly program: Program }
  | { readonly status: 'refused'; readonly refusal: DomainError }
  | { readonly status: 'parked' };

/** Says a ledger's refusal in the words of the API. */
export function refusalOf(
  verdict: Extract<Verdict, { outcome: 'refused' | 'conflict' }>,
  program: Program,
  { act, account, kind }: Pick<LedgerCommand, 'act' | 'account' | 'kind'>,
): DomainError {
  const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
  if (verdict.outcome === 'conflict') return IdempotencyKeyReused.with({ errors: { transaction_id: verdict.transaction.id } });
  switch (verdict.reason) {
    case 'insufficient':
      if (verdict.assetId !== undefined) return shortOfMoney(act);
      return InsufficientBalance.with({ errors: { available: points(verdict.available) } });
    case 'already_reversed':
      return AlreadyReversed.with({ errors: { reversal_id: verdict.by } });
    case 'outside_limits':
      return LimitExceeded.with({ errors: { points: [`At most ${points(verdict.limit)} are left to move.`] } });
    case 'hold_ended':
      return InvalidState.with({ errors: { status: verdict.status } });
    case 'not_reversible':
      return InvalidState.with({ errors: { transaction_id: ['A transaction of this kind cannot be reversed.'] } });
    case 'barred':
      return kind === 'earn'
        ? InvalidState.with({ errors: { redemption_id: [verdict.because] } })
        : LimitExceeded.with({ errors: { points: [verdict.because] } });
    case 'wrong_stage':
      return InvalidState.with({
        errors: { status: [verdict.stage === 'pending' ? 'Still pending: void it instead.' : 'No longer pending: refund it instead.'] },
      });
    case 'nothing_to_move':
      return InvalidState.with();
    case 'unknown_account':
      // Who never had a wallet in the program has nothing there to spend.
      return verdict.id === account && (act === 'post' || act === 'hold')
        ? InsufficientBalance.with({ errors: { available: 0 } })
        : NotFound.with();
    case 'unknown_hold':
    case 'unknown_transaction':
      return NotFound.with();
  }
}

/** Of two assets the money is short: the tenant's, whose funds nobody is told of (C7.3), or what a reversal would take back from the member. */
const shortOfMoney = (act: LedgerCommand['act']): DomainError =>
  act === 'reverse'
    ? InsufficientBalance.with({ message: 'The member has spent the money that this would take back' })
    : InsufficientPrefund.with();

const EVENTS: Readonly<Record<string, EventDefinition<PointsTransaction>>> = {
  earn: PointsEarned,
  redeem: PointsRedeemed,
  reversal: PointsReversed,
  hold: PointsHeld,
  capture: PointsCaptured,
  release: PointsReleased,
  transfer: PointsTransferred,
  expire: PointsExpired,
  adjust: PointsAdjusted,
  settle: DebtSettled,
};

/** The event that tells of a posting of this kind. */
export function eventOf(kind: string): EventDefinition<PointsTransaction> {
  const event = EVENTS[kind];
  if (!event) throw new Error(`no event is declared for postings of kind ${kind}`);
  return event;
}
