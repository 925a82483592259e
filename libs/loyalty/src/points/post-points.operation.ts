import { Injectable } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { OpenAccounts, PostTransactions, type LedgerTransaction, type NewAccount, type Verdict } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import { EnrollMembers } from '../members/enroll-members.operation.js';
import { MemberErased } from '../members/member.errors.js';
import { EarningBook } from './earning-book.js';
import { refuseChangedMeanwhile } from './refuse-changed-meanwhile.js';
import { LoyaltyWorld, readWorld } from './loyalty-world.query.js';
import { PointsExpired, PointsReversed } from '../loyalty.events.js';
import { readOriginals, type Originals } from './original-purchases.query.js';
import { ParkedRefunds } from './parked-refunds.js';
import type { Plan } from './plan.js';
import { PaymentBook } from './payment-book.js';
import { planAdjust } from './plan-adjust.policy.js';
import { planEarn } from './plan-earn.policy.js';
import { planCapture, planHold, planRelease } from './plan-hold.policy.js';
import { planRedeem } from './plan-redeem.policy.js';
import { planRefund } from './plan-refund.policy.js';
import { planRefundTransaction } from './plan-refund-transaction.policy.js';
import { planReverse, planVoid } from './plan-reverse.policy.js';
import { planTransfer } from './plan-transfer.policy.js';
import type { EarnFact, MemberRef, PointsFact } from './points-fact.js';
import { eventOf, refusalOf, type PointsOutcome } from './points-outcome.js';
import { showTransaction } from './points-transaction.js';
import { RedemptionBook } from './redemption-book.js';
import { tellSettledDebts } from './tell-settled-debts.js';
import { EvaluateTiers } from '../tiers/evaluate-tiers.operation.js';

/** A refund whose purchase has not been seen: it waits (C3.9). */
const PARKED = Symbol('parked');

/**
 * The one way by which points move on behalf of a member: a list of facts, in order, each with its own outcome, in the caller's
 * transaction. Reads the world once, plans each fact by the rules of its program, posts all of them to the ledger, tells what happened.
 */
@Injectable()
export class PostPoints {
  constructor(
    private readonly ledger: PostTransactions,
    private readonly openAccounts: OpenAccounts,
    private readonly enrollMembers: EnrollMembers,
    private readonly parked: ParkedRefunds,
    private readonly evaluateTiers: EvaluateTiers,
  ) {}

  async execute(tx: WriteTx<TenantContext>, facts: readonly PointsFact[]): Promise<PointsOutcome[]> {
    const outcomes = await this.post(tx, facts);
    await this.settleRefunds(
      tx,
      facts.flatMap((fact, index) => (fact.kind === 'earn' && outcomes[index]?.status === 'posted' ? [fact.reference] : [])),
    );
    return outcomes;
  }

  /** Refunds that waited for these purchases are posted with them (C3.9). */
  private async settleRefunds(tx: WriteTx<TenantContext>, purchases: readonly string[]): Promise<void> {
    if (purchases.length === 0) return;
    const waiting = await this.parked.waitingFor(tx, purchases);
    if (waiting.length === 0) return;
    await this.parked.settle(
      tx,
      waiting,
      await this.post(
        tx,
        waiting.map(({ fact }) => fact),
      ),
    );
  }

  private async post(tx: WriteTx<TenantContext>, facts: readonly PointsFact[]): Promise<PointsOutcome[]> {
    const world = await readWorld(tx, facts);
    await this.enroll(tx, facts, world);
    const originals = await readOriginals(tx, facts);
    const payments = await PaymentBook.open(tx, facts);
    const book = await EarningBook.open(tx, facts, world);
    const plans = facts.map((fact) => planOrRefusal(fact, world, originals, { book, payments }));
    const ready = plans.filter((plan): plan is Plan => typeof plan === 'object' && !(plan instanceof DomainError));
    const wallets = ready.flatMap((plan) => plan.wallets);
    if (wallets.length > 0) await this.openWallets(tx, wallets);
    const redemptions = await RedemptionBook.open(tx, ready, world);
    const verdicts = await this.ledger.execute(
      tx,
      ready.map((plan) => payments.watch(plan, redemptions.watch(plan, book.watch(plan)))),
    );
    await refuseChangedMeanwhile(tx, ready, world);
    await payments.close(tx, ready, verdicts);
    await book.close(tx);
    const outcomes = new Map(ready.map((plan, index) => [plan, outcomeOf(tx, plan, verdicts[index] as Verdict)]));
    await tellSettledDebts(tx, verdicts);
    await this.evaluateTiers.afterPosting(tx, towardsTiers(ready, verdicts), firstNumber(verdicts));
    return plans.map((plan): PointsOutcome => {
      if (plan instanceof DomainError) return { status: 'refused', refusal: plan };
      return plan === PARKED ? { status: 'parked' } : (outcomes.get(plan as Plan) as PointsOutcome);
    });
  }

  /** Whoever is merged or erased at this moment is so before their wallet is opened, or finds it. */
  private async openWallets(tx: WriteTx<TenantContext>, wallets: readonly NewAccount[]): Promise<void> {
    await tx.query('select from member where tenant_id = $1 and id = any($2::uuid[]) order by id for key share', [
      tx.ctx.tenantId,
      wallets.map(({ ownerId }) => ownerId),
    ]);
    await this.openAccounts.execute(tx, wallets);
  }

  /** Members on first sight, where the program says so; and whether who is not known then was erased. */
  private async enroll(tx: WriteTx<TenantContext>, facts: readonly PointsFact[], world: LoyaltyWorld): Promise<void> {
    const strangers = new Map<string, string[]>();
    for (const fact of facts) {
      if (fact.kind !== 'earn' || !fact.mayEnroll || fact.member.reference === undefined || world.member(fact.member)) continue;
      const program = world.program(fact.programId);
      if (program?.terms.enroll_on_first_sight) strangers.set(program.id, [...(strangers.get(program.id) ?? []), fact.member.reference]);
    }
    for (const [programId, references] of strangers) {
      const { enrolled, known, erased } = await this.enrollMembers.execute(tx, references, world.program(programId)!);
      world.learn([...enrolled, ...known], erased);
    }
    const references = unknownIn(facts, world);
    if (references.length > 0) world.learn([], [...(await this.enrollMembers.erasedAmong(tx, references))]);
  }
}

/** The references by which facts name nobody who is known. */
function unknownIn(facts: readonly PointsFact[], world: LoyaltyWorld): string[] {
  const unknown: string[] = [];
  const look = (ref: MemberRef): void => {
    if (ref.reference !== undefined && !world.member(ref) && !world.isErased(ref)) unknown.push(ref.reference);
  };
  for (const fact of facts) {
    if ('member' in fact) look(fact.member);
    else if (fact.kind === 'transfer') [fact.from, fact.to].forEach(look);
  }
  return unknown;
}

/** By program with tiers, the members who earned, or had an earning taken back. */
function towardsTiers(plans: readonly Plan[], verdicts: readonly Verdict[]): Map<string, Set<string>> {
  const touched = new Map<string, Set<string>>();
  plans.forEach(({ program, member, command }, index) => {
    if (!program.tiered || verdicts[index]?.outcome !== 'posted' || !['earn', 'reversal'].includes(command.kind)) return;
    touched.set(program.id, (touched.get(program.id) ?? new Set()).add(member.id));
  });
  return touched;
}

/** The number of the first transaction that a list posted; those of repeats are lower than it. */
const firstNumber = (verdicts: readonly Verdict[]): bigint =>
  verdicts.reduce(
    (first, verdict) => (verdict.outcome === 'posted' && verdict.transaction.number < first ? verdict.transaction.number : first),
    2n ** 62n,
  );

function planOrRefusal(
  fact: PointsFact,
  world: LoyaltyWorld,
  originals: Originals,
  { book, payments }: { book: EarningBook; payments: PaymentBook },
): Plan | DomainError | typeof PARKED {
  try {
    switch (fact.kind) {
      case 'earn':
        return originals.remember(fact as EarnFact, planEarn(fact, world, book.measured(fact), payments));
      case 'refund': {
        const original = originals.find(fact.originalReference);
        // What waits is written down with whom it is about: not of who was erased (C9.4).
        if (!original && world.isErased(fact.member)) throw MemberErased.with({ errors: { member: ['This person was erased.'] } });
        return original ? planRefund(fact, world, original) : PARKED;
      }
      case 'redeem':
        return planRedeem(fact, world);
      case 'reverse':
        return planReverse(fact, world, originals.byId(fact.transactionId));
      case 'hold':
        return planHold(fact, world);
      case 'capture':
        return planCapture(fact, world);
      case 'release':
        return planRelease(fact, world);
      case 'transfer':
        return planTransfer(fact, world);
      case 'adjust_credit':
      case 'adjust_debit':
        return planAdjust(fact, world);
      case 'void':
        return planVoid(fact, world, originals.byId(fact.transactionId));
      case 'refund_transaction':
        return planRefundTransaction(fact, world, originals.byId(fact.transactionId));
    }
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function outcomeOf(tx: WriteTx<TenantContext>, { program, member, command, unconfirmed }: Plan, verdict: Verdict): PointsOutcome {
  if (unconfirmed && verdict.outcome === 'refused' && verdict.reason === 'barred' && verdict.because === unconfirmed.message)
    return { status: 'refused', refusal: unconfirmed };
  // An original of the same list that was itself refused is as good as not seen.
  if (
    verdict.outcome === 'refused' &&
    verdict.reason === 'unknown_transaction' &&
    command.act === 'reverse' &&
    'reference' in command.target
  )
    return { status: 'parked' };
  if (verdict.outcome === 'refused' || verdict.outcome === 'conflict')
    return { status: 'refused', refusal: refusalOf(verdict, program, command) };
  const show = (transaction: LedgerTransaction, hold = verdict.hold) =>
    showTransaction({ transaction, program, memberId: member.id, hold });
  const shown = show(verdict.transaction);
  if (verdict.outcome === 'posted') {
    tx.emit(eventOf(command.kind), shown);
    if (verdict.returned) tx.emit(PointsReversed, show(verdict.returned, undefined));
    if (verdict.expired) tx.emit(PointsExpired, show(verdict.expired, undefined));
  }
  return { status: verdict.outcome, shown, units: verdict.transaction.amount, program };
}
