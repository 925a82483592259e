import { fingerprint } from '@tallystick/kernel';
import type { Reverse } from '@tallystick/ledger';
import { InvalidState, ValidationFailed } from '@tallystick/platform';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import type { OriginalPurchase } from './plan-refund.policy.js';
import { readMoney, readPoints, referenceKey, type Plan } from './plan.js';
import { noted, paidBack, reversalOf, targetOf, why, type Target } from './plan-reverse.policy.js';
import type { RefundTransactionFact } from './points-fact.js';

/** What can be given back in part or whole; an adjustment is set right by another. */
const REFUNDABLE: readonly string[] = ['earn', 'redeem', 'capture'];

/** Plans the refund of a completed transaction by its id: a transaction of its own (C3.1), cumulative with those before it (C3.6, C3.7). */
export function planRefundTransaction(fact: RefundTransactionFact, world: LoyaltyWorld, purchase: OriginalPurchase | undefined): Plan {
  const target = targetOf(fact.transactionId, world);
  const { subject, program, member } = target;
  if (!REFUNDABLE.includes(subject.kind))
    throw InvalidState.with({ errors: { transaction_id: ['Only an earning, a redemption or a capture can be refunded.'] } });
  const { share, refund } = measure(fact, target, purchase);
  const reversal = reversalOf(target, fact.cause, world);
  return {
    program,
    member,
    wallets: [],
    command: {
      ...reversal,
      ...paidBack(purchase, reversal.id, fact),
      ...(share && { share }),
      stage: 'completed',
      ...(fact.reference !== undefined && {
        reference: {
          key: referenceKey('refund', fact.reference),
          hash: fingerprint({ target: subject.id, refund, reason: fact.reason, narration: fact.narration, metadata: fact.metadata }),
        },
      }),
      ...noted(fact),
      details: { source: fact.source, refund, ...why(fact) },
    },
  };
}

function measure(
  { refunded }: RefundTransactionFact,
  { program }: Target,
  purchase: OriginalPurchase | undefined,
): { share?: Reverse['share']; refund: object } {
  if (!refunded) return { refund: {} };
  if ('points' in refunded) {
    const part = readPoints(refunded.points, program);
    return { share: { part }, refund: { units: String(part) } };
  }
  const money = readMoney(refunded, program, purchase?.currency ? [purchase.currency] : []);
  if (money.minor === 0n) throw ValidationFailed.with({ errors: { amount: ['A refund must be above 0.'] } });
  if (purchase === undefined || purchase.amount === null)
    throw ValidationFailed.with({ errors: { amount: ['Only a purchase is refunded by an amount: state points.'] } });
  if (purchase.currency !== money.currency)
    throw ValidationFailed.with({ errors: { currency: [`The purchase was in ${purchase.currency}.`] } });
  return { share: { part: money.minor, whole: purchase.amount }, refund: { amount: money.toString(), currency: money.currency } };
}
