import type { HoldState, LedgerTransaction } from './state.js';

/** Why a command moved nothing. */
export type Refusal =
  /** `assetId` names what is short where that is another asset than the one the command's account holds. */
  | { readonly reason: 'insufficient'; readonly available: bigint; readonly assetId?: string }
  | { readonly reason: 'unknown_account'; readonly id: string }
  /** `because`: what `barred` said. */
  | { readonly reason: 'barred'; readonly because: string }
  | { readonly reason: 'unknown_transaction' }
  | { readonly reason: 'unknown_hold' }
  | { readonly reason: 'not_reversible'; readonly kind: string }
  | { readonly reason: 'already_reversed'; readonly by: string }
  /** `stage`: where the target is. */
  | { readonly reason: 'wrong_stage'; readonly stage: 'pending' | 'completed' }
  | { readonly reason: 'hold_ended'; readonly status: string }
  | { readonly reason: 'outside_limits'; readonly limit: bigint }
  | { readonly reason: 'nothing_to_move' };

/** What became of one command, in the order of the list. */
export type Verdict =
  /**
   * `expired`: what the command freed too late and was moved to breakage with it (C1.9). `settled`: debts paid out of what had become
   * available before it, or by it (C3.4); those before it are paid even when it is refused. `returned`: what had paid for
   * the target and was given back with it (C3.8).
   */
  | {
      readonly outcome: 'posted';
      readonly transaction: LedgerTransaction;
      readonly hold?: HoldState;
      readonly expired?: LedgerTransaction;
      readonly returned?: LedgerTransaction;
      readonly settled?: readonly LedgerTransaction[];
    }
  | { readonly outcome: 'replayed'; readonly transaction: LedgerTransaction; readonly hold?: HoldState }
  | { readonly outcome: 'conflict'; readonly transaction: LedgerTransaction }
  | ({ readonly outcome: 'refused'; readonly settled?: readonly LedgerTransaction[] } & Refusal);

/** What a command whose turn has come gets; replays and conflicts never get that far. */
export type Decided = Extract<Verdict, { outcome: 'posted' | 'refused' }>;
