import { newId } from '@tallystick/kernel';
import { houseAccountId, type HousePurpose, type LedgerCommand, type Leg, type LotTerms, type Verdict } from '@tallystick/ledger';
import { commandsFor, graceOf, HOUR, referenceOf } from './ledger-commands.js';
import type { Move } from './ledger-histories.js';
import type { Trial, TrialAccount } from './ledger-trial.js';

/** Turns the moves of one history into commands that name what went before. */
export class Narrator {
  private sent: LedgerCommand[] = [];

  constructor(private readonly trial: Trial) {}

  command(move: Move): LedgerCommand {
    const command = this.resolve(move);
    this.sent.push(command);
    return command;
  }

  /** Most of what was refused is not worth coming back to. */
  learn(list: readonly LedgerCommand[], verdicts: readonly Verdict[]): void {
    const vain = new Set(list.filter((_, index) => verdicts[index]?.outcome === 'refused' && index % 8 > 0));
    this.sent = this.sent.filter((command) => !vain.has(command));
  }

  /** One of the latest of these acts, 0 the very last. */
  private last(which: number, ...acts: LedgerCommand['act'][]): LedgerCommand | undefined {
    const list = this.sent.filter((command) => acts.includes(command.act));
    return list[list.length - 1 - (which % Math.max(1, list.length))];
  }

  private member = (index: number): string => (this.trial.accounts[index % 3] as TrialAccount).id;
  private anyone = (index: number): string => this.trial.accounts[index % (this.trial.accounts.length + 1)]?.id ?? newId();
  /** Builders that name the house accounts of the asset that an account holds. */
  private make(accountId: string): ReturnType<typeof commandsFor> {
    const { asset } = this.trial.accounts.find(({ id }) => id === accountId) ?? (this.trial.accounts[0] as TrialAccount);
    const house = (purpose: HousePurpose) => houseAccountId(asset, purpose);
    return commandsFor({ issuance: house('issuance'), redeemed: house('redeemed'), expired: house('expired') });
  }
  private terms(opens: number, lasts: number | null): LotTerms {
    const [now, later] = [this.trial.now(), (hours: number) => new Date(this.trial.now().getTime() + hours * HOUR)];
    return { earnedAt: now, availableAt: later(opens), expiresAt: lasts === null ? null : later(opens + lasts) };
  }

  private resolve(move: Move): LedgerCommand {
    const rest = {
      ...('named' in move && move.named && { reference: referenceOf(newId()) }),
      ...('slide' in move && move.slide !== null && { slide: { until: this.terms(0, move.slide).expiresAt as Date } }),
      ...('fifo' in move && { debitOrder: move.fifo ? ('fifo' as const) : ('expiry_first' as const) }),
    };
    switch (move.act) {
      case 'earn': {
        const account = this.anyone(move.who);
        const earned = this.make(account).earn(account, move.amount, { ...this.terms(move.opens, move.lasts), slides: move.slides }, rest);
        const [leg] = earned.legs as [Leg];
        return move.bonus
          ? { ...earned, legs: [leg, { ...leg, amount: move.bonus.amount, lot: this.terms(0, move.bonus.lasts) }] }
          : earned;
      }
      case 'redeem': {
        const [account, wallet] = [this.anyone(move.who), this.anyone(5)];
        const redeemed = this.make(account).redeem(account, move.amount, rest);
        if (!move.split) return redeemed;
        const { amount: more, cash } = move.split;
        const [second] = cash ? this.make(wallet).redeem(wallet, more).legs : [{ from: account, to: this.trial.issuance, amount: more }];
        return { ...redeemed, legs: [...redeemed.legs, second as Leg] };
      }
      case 'transfer':
        return this.make(this.anyone(move.who)).transfer(this.anyone(move.who), this.anyone(move.to), move.amount, rest);
      case 'adjust': {
        const legs = move.legs.map(({ from, to, amount: moved, lasts: lot }) => ({
          from: this.anyone(from),
          to: this.anyone(to),
          amount: moved,
          ...(lot !== undefined && { lot: this.terms(0, lot) }),
        }));
        return this.make(this.anyone(move.who)).post(this.anyone(move.who), legs);
      }
      case 'hold':
        return this.make('').hold(this.anyone(move.who), move.amount, { ...rest, expiresAt: this.terms(0, move.lasts).expiresAt });
      case 'capture': {
        const hold = this.last(move.which, 'hold');
        const account = hold && !move.stranger ? hold.account : this.member(move.which);
        return this.make(account).capture(account, hold?.id ?? newId(), {
          ...rest,
          keepOpen: move.keepOpen,
          ...(move.to >= 12 && { to: this.anyone(move.to - 12) }),
          ...(move.amount !== null && { amount: move.amount }),
        });
      }
      case 'release': {
        const hold = this.last(move.which, 'hold');
        const account = hold && !move.stranger ? hold.account : this.member(move.which);
        return this.make(account).release(account, hold?.id ?? newId(), {
          ...rest,
          cause: move.due ? 'expired' : 'released',
          ...(move.grace !== null && { lapsed: graceOf(move.grace * HOUR) }),
        });
      }
      case 'reverse': {
        const target = move.other
          ? this.last(move.which, 'hold', 'release', 'reverse', 'expire')
          : this.last(move.which, 'post', 'capture');
        const account = target && (!move.other || move.byReference) ? target.account : this.member(move.which);
        return this.make(account).reverse(
          account,
          move.byReference && target?.reference ? { reference: target.reference.key } : (target?.id ?? newId()),
          {
            ...rest,
            shortage: move.shortage,
            ...(move.share && { share: move.share }),
            ...(move.stage && { stage: move.stage }),
            lapsed: move.grace === null ? { policy: 'expire' } : graceOf(move.grace * HOUR),
          },
        );
      }
      case 'recall': {
        const earned = this.sent.filter((command) => command.kind === 'earn');
        const target = earned[earned.length - 1 - (move.which % Math.max(1, earned.length))];
        const account = target?.account ?? this.member(0);
        return this.make(account).reverse(account, target?.id ?? newId(), { shortage: 'owe', ...(move.share && { share: move.share }) });
      }
      case 'expire':
        return this.make(this.member(move.who)).expire(this.member(move.who), rest);
      case 'again': {
        const named = this.sent.filter((command) => command.reference);
        const before = named[named.length - 1 - (move.which % Math.max(1, named.length))] ?? this.make('').redeem(this.member(0), 1n);
        const reference = before.reference && (move.changed ? referenceOf(before.reference.key, 'b') : before.reference);
        return { ...before, id: newId(), reference };
      }
    }
  }
}
