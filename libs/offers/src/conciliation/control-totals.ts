import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { decimal, type ControlDifference, type PayoutTotal, type WindowTotal } from './window.js';

type Tx = ReadTx<TenantContext>;

/** What a window closes over in a currency, by one witness: how many movements, and their sums in minor units. */
export interface Control {
  readonly currency: string;
  readonly count: number;
  readonly cashback: string;
  readonly charge?: string;
}

/** A window as the ledger has it: what its transactions gave to customers. */
const ledgerControl = (tx: Tx, windowId: string): Promise<Control[]> =>
  tx.query<Control>(
    `select l.currency, count(t.id)::int as count, coalesce(sum(t.amount), 0)::text as cashback
     from conciliation_line l left join ledger_transaction t on t.tenant_id = $1 and t.id = l.movement_id
       and t.kind in ('cashback', 'cashback_adjustment')
     where l.tenant_id = $1 and l.window_id = $2 group by l.currency order by l.currency`,
    [tx.ctx.tenantId, windowId],
  );

/** Purchases of a window: what stands of them now, and the sum of all that was moved for them. Only currencies in which they differ. */
const standingControl = (tx: Tx, windowId: string): Promise<{ currency: string; stands: string; moved: string }[]> =>
  tx.query(
    `select t.currency, sum(t.cashback)::text as stands, sum(m.cashback)::text as moved
     from (select distinct purchase_id from conciliation_line where tenant_id = $1 and window_id = $2) p
     join card_transaction t on t.tenant_id = $1 and t.id = p.purchase_id,
       lateral (select sum(cashback) as cashback from cashback_movement m where m.tenant_id = $1 and m.purchase_id = p.purchase_id) m
     where t.cashback <> m.cashback group by t.currency order by t.currency`,
    [tx.ctx.tenantId, windowId],
  );

/** The lines of a window by currency and state (C6.3). */
export async function lineTotals(tx: Tx, windowId: string): Promise<WindowTotal[]> {
  const rows = await tx.query<WindowTotal>(
    `select currency, state, count(*)::int as count, sum(amount)::text as amount, sum(cashback)::text as cashback, sum(charge)::text as charge,
       sum(institution_part)::text as institution_part, sum(platform_part)::text as platform_part
     from conciliation_line where tenant_id = $1 and window_id = $2 group by currency, state order by currency, state`,
    [tx.ctx.tenantId, windowId],
  );
  return rows.map((row) => ({
    ...row,
    amount: decimal(row.amount, row.currency),
    cashback: decimal(row.cashback, row.currency),
    charge: decimal(row.charge, row.currency),
    institution_part: decimal(row.institution_part, row.currency),
    platform_part: decimal(row.platform_part, row.currency),
  }));
}

/** What a window pays by currency. */
export async function payoutTotals(tx: Tx, windowId: string): Promise<PayoutTotal[]> {
  const rows = await tx.query<PayoutTotal>(
    `select currency, count(*)::int as count, sum(earned)::text as earned, sum(brought_forward)::text as brought_forward,
       sum(payout)::text as payout, sum(carried_forward)::text as carried_forward
     from conciliation_payout where tenant_id = $1 and window_id = $2 group by currency order by currency`,
    [tx.ctx.tenantId, windowId],
  );
  return rows.map((row) => ({
    ...row,
    earned: decimal(row.earned, row.currency),
    brought_forward: decimal(row.brought_forward, row.currency),
    payout: decimal(row.payout, row.currency),
    carried_forward: decimal(row.carried_forward, row.currency),
  }));
}

/**
 * Where the sum of all states of a window differs from what went in (C6.7): from the movements that were counted before, from what the
 * ledger gave to customers, from what stands of the purchases that institutions told. Empty when the window may close.
 */
export async function controlDifferences(tx: Tx, windowId: string, input: readonly Control[]): Promise<ControlDifference[]> {
  const lines = await tx.query<Control>(
    `select currency, count(*)::int as count, sum(cashback)::text as cashback, sum(charge)::text as charge
     from conciliation_line where tenant_id = $1 and window_id = $2 group by currency order by currency`,
    [tx.ctx.tenantId, windowId],
  );
  const ledger = await ledgerControl(tx, windowId);
  const standings = await standingControl(tx, windowId);
  return [
    ...compare(
      'movements',
      lines,
      input,
      ({ count, cashback, charge, currency }) =>
        `${count} lines, cashback ${decimal(cashback, currency)}, charge ${decimal(charge!, currency)}`,
    ),
    ...compare('ledger', lines, ledger, ({ count, cashback, currency }) => `${count} lines, cashback ${decimal(cashback, currency)}`),
    ...standings.map(({ currency, stands, moved }): ControlDifference => ({
      control: 'card_transactions',
      currency,
      expected: decimal(stands, currency),
      found: decimal(moved, currency),
    })),
  ];
}

function compare(
  control: ControlDifference['control'],
  found: readonly Control[],
  expected: readonly Control[],
  say: (control: Control) => string,
): ControlDifference[] {
  const nothing = (currency: string): Control => ({ currency, count: 0, cashback: '0', charge: '0' });
  const currencies = [...new Set([...found, ...expected].map(({ currency }) => currency))].sort();
  return currencies.flatMap((currency) => {
    const [one, other] = [expected, found].map((controls) =>
      say(controls.find((each) => each.currency === currency) ?? nothing(currency)),
    ) as [string, string];
    return one === other ? [] : [{ control, currency, expected: one, found: other }];
  });
}
