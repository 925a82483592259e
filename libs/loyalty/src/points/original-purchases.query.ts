import { Money, type TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { WALLET, WITH_WALLET } from '../activity/activity.sql.js';
import { referenceKey, type Plan } from './plan.js';
import type { OriginalPurchase } from './plan-refund.policy.js';
import type { EarnFact, PointsFact } from './points-fact.js';

/** The purchases that a list's refunds and reversals speak of: posted before, or earlier in the same list; under their reference keys and ids. */
export class Originals {
  constructor(private readonly purchases: Map<string, OriginalPurchase>) {}

  find(reference: string): OriginalPurchase | undefined {
    return this.purchases.get(referenceKey('earn', reference));
  }

  byId(transactionId: string): OriginalPurchase | undefined {
    return this.purchases.get(transactionId.toLowerCase());
  }

  /** Takes note of an earning in this list, and hands its plan on. */
  remember(fact: EarnFact, plan: Plan): Plan {
    const key = referenceKey('earn', fact.reference);
    if (!this.purchases.has(key))
      this.purchases.set(key, { accountId: plan.command.account, ...purchaseIn(plan.command.details as Details | undefined) });
    return plan;
  }
}

interface Details {
  readonly purchase?: { readonly amount: string; readonly currency: string };
  readonly paid_by?: string;
}

function purchaseIn(details: Details | null | undefined): Omit<OriginalPurchase, 'accountId'> {
  const money = details?.purchase && Money.parse(details.purchase.amount, details.purchase.currency);
  const paidBy = details?.paid_by ?? null;
  return typeof money === 'object' ? { amount: money.minor, currency: money.currency, paidBy } : { amount: null, currency: null, paidBy };
}

/** Reads the purchases that the refunds, reversals and voids of a list name. */
export async function readOriginals(tx: ReadTx<TenantContext>, facts: readonly PointsFact[]): Promise<Originals> {
  const wanted = facts.flatMap((fact) => (fact.kind === 'refund' ? [referenceKey('earn', fact.originalReference)] : []));
  const ids = facts.flatMap((fact) => ('transactionId' in fact ? [fact.transactionId.toLowerCase()] : []));
  if (wanted.length + ids.length === 0) return new Originals(new Map());
  const rows = await tx.query<{ key: string; account_id: string; details: Details | null }>(
    `select t.reference as key, ${WALLET} as account_id, t.details from ledger_transaction t ${WITH_WALLET}
     where t.tenant_id = $1 and t.reference = any($2::text[])
     union all select t.id::text, ${WALLET}, t.details from ledger_transaction t ${WITH_WALLET} where t.tenant_id = $1 and t.id = any($3::uuid[])`,
    [tx.ctx.tenantId, wanted, ids],
  );
  return new Originals(new Map(rows.map((row) => [row.key, { accountId: row.account_id, ...purchaseIn(row.details) }])));
}
