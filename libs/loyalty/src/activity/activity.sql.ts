/** The wallet whose a transaction `t` is by now: that of who goes on for a merged member. */
export const WALLET = 'coalesce(w.successor_id, w.id)';
export const WITH_WALLET = 'join ledger_account w on w.tenant_id = $1 and w.id = t.account_id';

/** An array of accounts, with those that they go on for. */
export const withPredecessors = (accounts: string): string =>
  `${accounts} || array(select o.id from ledger_account o where o.tenant_id = $1 and o.successor_id = any(${accounts}))`;

/** What a purchase `t` cost in money: what of it was paid with points is not spent again (C3.8). */
const SPEND = `coalesce((t.details->'purchase'->>'amount')::numeric, 0) - coalesce((t.details->'purchase'->>'paid_with_points')::numeric, 0)`;

/**
 * What members did, as rows of the ledger that count for tiers and segments: each earning, and apart from it what a refund or reversal took
 * back of it, dated by the purchase (C3.11). `points` is what was earned, in the asset's smallest unit, also where a reversal could not
 * take back all of it; `spend` what the purchase cost in money, in units of its `currency`; `purchases` 1 for a purchase that is not wholly refunded.
 * `condition` says of which earnings `t`; `$1` is the tenant. What a member did who was merged is, by `account_id`, the other's.
 */
export const activity = (condition: string): string => `
  select ${WALLET} as account_id, t.number, t.effective_at, t.recorded_at, t.amount::numeric as points, t.details->'purchase'->>'currency' as currency,
    ${SPEND} as spend, (t.details ? 'purchase')::int as purchases
  from ledger_transaction t ${WITH_WALLET} where t.tenant_id = $1 and t.kind = 'earn' and ${condition}
  union all
  select ${WALLET}, r.number, t.effective_at, r.recorded_at, -r.due::numeric, t.details->'purchase'->>'currency',
    -case when r.once = 'reversal' then s.spend - coalesce((select sum(trunc(s.spend * e.part / nullif(e.whole, 0), scale(s.spend))) from ledger_transaction e
        where e.tenant_id = $1 and e.ref_id = t.id and e.kind = 'reversal' and e.number < r.number), 0)
      else trunc(s.spend * r.part / nullif(r.whole, 0), scale(s.spend)) end,
    case when r.once = 'reversal' and t.details ? 'purchase' then -1 else 0 end
  from ledger_transaction t ${WITH_WALLET}
  join ledger_transaction r on r.tenant_id = $1 and r.ref_id = t.id and r.kind = 'reversal'
  cross join lateral (select ${SPEND} as spend) s
  where t.tenant_id = $1 and t.kind = 'earn' and ${condition}`;
