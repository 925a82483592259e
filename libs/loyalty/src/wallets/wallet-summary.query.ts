import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { ValidationFailed, type ReadTx } from '@tallystick/platform';
import { CATEGORY, categoryTotals, type CategorySum, type CategoryTotals } from '../transactions/category.js';
import { finalDay, firstDay } from '../transactions/local-period.policy.js';
import { tenantCalendar } from '../transactions/tenant-calendar.query.js';
import { FindWallets } from './find-wallets.query.js';

/** What moved a wallet in a period, by category: `opening` and all of `totals` come to `closing`. */
export interface WalletSummary {
  readonly wallet_id: string;
  readonly member_id: string;
  readonly program_id: string;
  readonly timezone: string;
  readonly from: string | null;
  readonly to: string;
  readonly opening: number;
  readonly closing: number;
  readonly totals: CategoryTotals;
  readonly months?: readonly (CategoryTotals & { readonly month: string; readonly closing: number })[];
}

type MonthSum = CategorySum & { month: string };

/** Sums a wallet's entries up by category, in the tenant's own days and months. */
@Injectable()
export class SummarizeWallet {
  constructor(private readonly wallets: FindWallets) {}

  /** Throws `not_found`, and `validation_error` for a period that ends before it begins. */
  async find(
    tx: ReadTx<TenantContext>,
    walletId: string,
    { from, to, by }: { from?: string; to?: string; by?: 'month' },
  ): Promise<WalletSummary> {
    const { program, memberId, accountId } = await this.wallets.place(tx, walletId);
    const { zone, today } = await tenantCalendar(tx);
    const [first, last] = [from === undefined ? null : firstDay(from, zone), to === undefined ? today : finalDay(to, zone)];
    if (first !== null && first > last) throw ValidationFailed.with({ errors: { to: ['Must not be before `from`.'] } });
    const rows = await tx.query<MonthSum>(
      `select to_char(e.recorded_at at time zone $5, 'YYYY-MM') as month, ${CATEGORY} as category, sum(e.amount) as units
       from ledger_entry e join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       where e.tenant_id = $1 and e.account_id = $2 and ($3::date is null or e.recorded_at >= ($3::date)::timestamp at time zone $5)
         and e.recorded_at < ($4::date + 1)::timestamp at time zone $5
       group by 1, 2 order by 1`,
      [tx.ctx.tenantId, accountId, first, last, zone],
    );
    const [start] = await tx.query<{ opening: string }>(
      `select coalesce((select balance_after from ledger_entry where tenant_id = $1 and account_id = $2
         and recorded_at < ($3::date)::timestamp at time zone $4 order by seq desc limit 1), 0) as opening`,
      [tx.ctx.tenantId, accountId, first, zone],
    );
    const opening = BigInt(start!.opening);
    const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
    return {
      wallet_id: accountId,
      member_id: memberId,
      program_id: program.id,
      timezone: zone,
      from: first,
      to: last,
      opening: points(opening),
      closing: points(opening + sumOf(rows)),
      totals: categoryTotals(rows, program.scale),
      ...(by === 'month' && { months: byMonth(rows, opening, program.scale) }),
    };
  }
}

const sumOf = (rows: readonly CategorySum[]): bigint => rows.reduce((sum, row) => sum + BigInt(row.units), 0n);

function byMonth(rows: readonly MonthSum[], opening: bigint, scale: number): (CategoryTotals & { month: string; closing: number })[] {
  let balance = opening;
  return [...new Set(rows.map(({ month }) => month))].map((month) => {
    const own = rows.filter((row) => row.month === month);
    balance += sumOf(own);
    return { month, ...categoryTotals(own, scale), closing: Points.of(balance, scale).toNumber() };
  });
}
