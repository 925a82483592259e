/**
 * SQL for what a customer owes from windows before the one of a number, 0 or below: what their last payout left, and what they took over since
 * from customers who were merged into them. `$1` is the tenant; `member` and `currency` name columns of the statement around it.
 */
export const broughtForward = (member: string, currency: string, window: string): string => `(
  select (coalesce(last_payout.carried_forward, 0) + coalesce((select sum(carry.carried_forward) from conciliation_carry carry
    where carry.tenant_id = $1 and carry.into_id = ${member} and carry.currency = ${currency}
      and carry.window_number >= coalesce(last_payout.window_number, 0) and carry.window_number < ${window}), 0))::bigint
  from (select 1) always left join lateral (select payouts.carried_forward, payouts.window_number from conciliation_payout payouts
    where payouts.tenant_id = $1 and payouts.member_id = ${member} and payouts.currency = ${currency} and payouts.window_number < ${window}
    order by payouts.window_number desc limit 1) last_payout on true)`;
