import type { TenantContext } from '@tallystick/kernel';
import type { LedgerCommand, Verdict } from '@tallystick/ledger';
import { NotFound, type ReadTx, type WriteTx } from '@tallystick/platform';
import { WALLET, WITH_WALLET } from '../activity/activity.sql.js';
import { referenceKey, type Plan } from './plan.js';
import type { EarnFact, PointsFact } from './points-fact.js';
import type { Payment } from './payment.policy.js';
import { ChangedMeanwhile } from './refuse-changed-meanwhile.js';

/**
 * The redemptions that paid for purchases of a list (C3.8): each pays for one, whole, and none of which points were given back before. Both
 * is decided when the purchase's turn comes, and asked once more under the wallet's lock.
 */
export class PaymentBook {
  constructor(private readonly payments: ReadonlyMap<string, Payment> = new Map()) {}

  /** No statement where no purchase names a redemption. */
  static async open(tx: ReadTx<TenantContext>, facts: readonly PointsFact[]): Promise<PaymentBook> {
    const named = facts.flatMap((fact) => (fact.kind === 'earn' && fact.paidBy ? [fact.paidBy] : []));
    if (named.length === 0) return new PaymentBook();
    const rows = await tx.query<{ id: string; reference: string | null; account_id: string; units: string } & Marks>(
      `select t.id, t.reference, ${WALLET} as account_id, -t.amount as units, coalesce(t.details ? 'payout', false) as paid_out,
         exists (select from ledger_transaction r where r.tenant_id = $1 and r.ref_id = t.id and r.kind = 'reversal') as turned,
         exists (select from paid_purchase p where p.tenant_id = $1 and p.redemption_id = t.id) as used
       from ledger_transaction t ${WITH_WALLET}
       where t.tenant_id = $1 and t.kind in ('redeem', 'capture') and (t.id = any($2::uuid[]) or t.reference = any($3::text[]))`,
      [tx.ctx.tenantId, ...[true, false].map((byId) => named.filter(({ id }) => (id !== undefined) === byId).map(keyOf))],
    );
    const payments = new Map<string, Payment>();
    for (const { id, reference, account_id: accountId, units, paid_out: paidOut, turned, used } of rows) {
      const payment = { id, accountId, units: BigInt(units), paidOut, turned, used };
      payments.set(id, payment);
      if (reference !== null) payments.set(reference, payment);
    }
    return new PaymentBook(payments);
  }

  /** What an earning says that paid for it; undefined where it says nothing. Throws `not_found` for what is not of this wallet. */
  of({ paidBy }: EarnFact, accountId: string): Payment | undefined {
    if (!paidBy) return undefined;
    const payment = this.payments.get(keyOf(paidBy));
    if (payment?.accountId !== accountId)
      throw NotFound.with({
        errors: {
          [paidBy.id === undefined ? 'redemption_reference' : 'redemption_id']: ['This member has no such redemption in the program.'],
        },
      });
    return payment;
  }

  /** The command of a plan; a purchase takes its redemption, and what gives back of one makes it unfit for a purchase. */
  watch({ payment }: Plan, command: LedgerCommand): LedgerCommand {
    if (this.payments.size === 0 || (!payment && command.act !== 'reverse')) return command;
    return {
      ...command,
      posted: (transaction, state) => {
        command.posted?.(transaction, state);
        const turned = this.payments.get(transaction.refId ?? '');
        if (payment) payment.used = true;
        else if (turned) turned.turned = true;
      },
    };
  }

  /** Writes down which purchases the list's redemptions paid for. Throws what runs the list again where one is no longer what it was. */
  async close(tx: WriteTx<TenantContext>, plans: readonly Plan[], verdicts: readonly Verdict[]): Promise<void> {
    const paid = plans.flatMap(({ payment }, index) => {
      const verdict = verdicts[index];
      return payment && verdict?.outcome === 'posted' ? [{ redemption: payment.id, purchase: verdict.transaction }] : [];
    });
    if (paid.length === 0) return;
    const redemptions = paid.map(({ redemption }) => redemption);
    const kept = await tx.query(
      `insert into paid_purchase (tenant_id, redemption_id, purchase_id)
       select $1, p.redemption, p.purchase from unnest($2::uuid[], $3::uuid[], $4::bigint[]) as p(redemption, purchase, number)
       where not exists (select from ledger_transaction r
         where r.tenant_id = $1 and r.ref_id = p.redemption and r.kind = 'reversal' and r.number < p.number)
       on conflict do nothing returning redemption_id`,
      [tx.ctx.tenantId, redemptions, paid.map(({ purchase }) => purchase.id), paid.map(({ purchase }) => purchase.number)],
    );
    if (kept.length < paid.length) throw new ChangedMeanwhile('a redemption is not any more what it was');
  }
}

interface Marks {
  readonly paid_out: boolean;
  readonly turned: boolean;
  readonly used: boolean;
}

const keyOf = ({ id, reference }: NonNullable<EarnFact['paidBy']>): string =>
  id === undefined ? referenceKey('redeem', reference as string) : id.toLowerCase();
