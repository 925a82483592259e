import { Money, type TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { referenceKey, type Plan } from './plan.js';
import type { OriginalPurchase } from './plan-refund.policy.js';
import type { EarnFact, PointsFact } from './points-fact.js';

/** The purchases that a list's refunds speak of: posted before, or earlier in the same list. */
export class Originals {
  constructor(private readonly purchases: Map<string, OriginalPurchase>) {}

  find(reference: string): OriginalPurchase | undefined {
    return this.purchases.get(referenceKey('earn', reference));
  }

  /** Takes note of an earning in this list, and hands its plan on. */
  remember(fact: EarnFact, plan: Plan): Plan {
    const key = referenceKey('earn', fact.reference);
    if (!this.purchases.has(key))
      this.purchases.set(key, { accountId: plan.command.account, amount: amountIn(plan.command.details as Details | undefined) });
    return plan;
  }
}

interface Details {
  readonly purchase?: { readonly amount: string; readonly currency: string };
}

function amountIn(details: Details | null | undefined): bigint | null {
  if (!details?.purchase) return null;
  const money = Money.parse(details.purchase.amount, details.purchase.currency);
  return typeof money === 'string' ? null : money.minor;
}

/** Reads the purchases that the refunds of a list name. */
export async function readOriginals(tx: ReadTx<TenantContext>, facts: readonly PointsFact[]): Promise<Originals> {
  const wanted = facts.flatMap((fact) => (fact.kind === 'refund' ? [referenceKey('earn', fact.originalReference)] : []));
  if (wanted.length === 0) return new Originals(new Map());
  const rows = await tx.query<{ reference: string; account_id: string; details: Details | null }>(
    'select reference, account_id, details from ledger_transaction where tenant_id = $1 and reference = any($2::text[])',
    [tx.ctx.tenantId, wanted],
  );
  return new Originals(new Map(rows.map((row) => [row.reference, { accountId: row.account_id, amount: amountIn(row.details) }])));
}
