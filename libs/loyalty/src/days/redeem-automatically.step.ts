import { Injectable } from '@nestjs/common';
import { DomainError, Points, parseDecimal, type TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { InsufficientPrefund } from '../cash/cash.errors.js';
import { AutomaticRedemptionSkipped } from '../cash/cash.events.js';
import type { CashConfig } from '../cash/cash-config.js';
import { CashConfigs } from '../cash/cash-configs.js';
import { CashRedemptions } from '../cash/cash-redemptions.query.js';
import { automaticUnits, cycleStart } from '../cash/cash-worth.policy.js';
import { RedeemToCash, type CashRedemptionInput, type RedeemedToCash } from '../cash/redeem-to-cash.operation.js';
import { LimitExceeded } from '../loyalty.errors.js';
import { cycleStart as limitStart, leftWithin } from '../points/redeem-limits.policy.js';
import { readStanding } from '../points/redemption-book.js';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { Program } from '../programs/program.js';
import type { DayMoment, DayStep } from './day-step.js';

interface DueRow {
  member_id: string;
  program_id: string;
  config_id: string;
  account_id: string;
  available: string;
}

interface Clock {
  readonly now: Date;
  readonly zone: string;
}

/**
 * Redeems points to money where the terms of redemption say that it happens by itself, as the member would: once at the beginning of a local
 * day, after what becomes available then and before tiers are looked at (C1.7). What became of it is written down for each member and day, also
 * where the limits leave nothing or the funds are short, so that a second run finds nothing to do.
 */
@Injectable()
export class RedeemAutomatically implements DayStep {
  constructor(
    private readonly programs: FindPrograms,
    private readonly configs: CashConfigs,
    private readonly redemptions: CashRedemptions,
    private readonly redeemToCash: RedeemToCash,
  ) {}

  async due(tx: ReadTx<TenantContext>, { moment, day, begins }: DayMoment, limit: number): Promise<string[]> {
    if (!begins || !(await this.isWanted(tx))) return [];
    const rows = await tx.query<{ id: string }>(`select distinct d.member_id as id from (${DUE} limit $4) d`, [
      tx.ctx.tenantId,
      moment,
      day,
      limit,
    ]);
    return rows.map(({ id }) => id);
  }

  async run(tx: WriteTx<TenantContext>, { moment, day, begins }: DayMoment, memberIds: readonly string[]): Promise<void> {
    if (!begins || !(await this.isWanted(tx))) return;
    // Two workers at the same day take turns: who comes second sees what the first one has written down.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('automatic_redemption ' || $1::text, 0))`, [tx.ctx.tenantId]);
    const due = await tx.query<DueRow>(`${DUE} and a.owner_id = any($4::uuid[]) order by p.id, a.owner_id`, [
      tx.ctx.tenantId,
      moment,
      day,
      memberIds,
    ]);
    const [clock] = await tx.query<Clock>('select tenant_now() as now, timezone as zone from tenant where id = $1', [tx.ctx.tenantId]);
    for (const programId of new Set(due.map(({ program_id: id }) => id)))
      await this.redeem(
        tx,
        { program: await this.programs.byId(tx, programId), day, ...clock! },
        due.filter(({ program_id: id }) => id === programId),
      );
  }

  private async redeem(tx: WriteTx<TenantContext>, at: Clock & { program: Program; day: string }, due: readonly DueRow[]): Promise<void> {
    const { program, day } = at;
    const configs = new Map((await this.configs.list(tx, program.id)).map((config) => [config.id, config]));
    const wanted: { row: DueRow; input: CashRedemptionInput }[] = [];
    for (const row of due) {
      const config = configs.get(row.config_id)!;
      const units = await this.unitsOf(tx, at, row, config);
      if (units > 0n) wanted.push({ row, input: inputOf(tx, row, config, { program, day, units }) });
      else await this.writeDown(tx, day, row, LimitExceeded.code);
    }
    const redeemed = await this.redeemToCash.executeAll(
      tx,
      wanted.map(({ input }) => input),
    );
    for (const [index, { row, input }] of wanted.entries()) {
      const outcome = redeemed[index]!;
      if (isShort(outcome)) await this.tell(tx, day, row, input.currency);
      await this.writeDown(tx, day, row, outcome);
    }
  }

  private async unitsOf(
    tx: WriteTx<TenantContext>,
    { program, now, zone }: Clock & { program: Program },
    { member_id: memberId, account_id: wallet, available }: DueRow,
    config: CashConfig,
  ): Promise<bigint> {
    const used = await this.redemptions.usedSince(tx, memberId, config.id, cycleStart(config.cycle, now, zone));
    const starts = program.terms.redeem_limits.map(({ per }) => limitStart(per, now, zone).getTime());
    const standing = starts.length === 0 ? [] : await readStanding(tx, [wallet], new Date(Math.min(...starts)));
    const { min_redeem: least } = program.terms;
    return automaticUnits(config, {
      available: BigInt(available),
      used,
      least: least === null ? null : (parseDecimal(least, program.scale) as bigint),
      most: leftWithin(program, standing, now, zone),
    });
  }

  private async writeDown(
    tx: WriteTx<TenantContext>,
    day: string,
    row: DueRow,
    outcome: RedeemedToCash | DomainError | string,
  ): Promise<void> {
    const code = outcome instanceof DomainError ? outcome.definition.code : typeof outcome === 'string' ? outcome : null;
    await tx.query(
      `insert into automatic_redemption (tenant_id, program_id, member_id, day, config_id, transaction_id, code) values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        tx.ctx.tenantId,
        row.program_id,
        row.member_id,
        day,
        row.config_id,
        typeof outcome === 'object' && 'transaction' in outcome ? outcome.transaction.id : null,
        code,
      ],
    );
  }

  /** Tells the tenant once a day that its funds are short; members are told nothing of it (C7.3). */
  private async tell(tx: WriteTx<TenantContext>, day: string, { program_id, config_id }: DueRow, currency: string): Promise<void> {
    const told = await tx.query(
      'select from automatic_redemption where tenant_id = $1 and config_id = $2 and day = $3 and code = $4 limit 1',
      [tx.ctx.tenantId, config_id, day, InsufficientPrefund.code],
    );
    if (told.length === 0) tx.emit(AutomaticRedemptionSkipped, { program_id, config_id, currency, day });
  }

  private async isWanted(tx: ReadTx<TenantContext>): Promise<boolean> {
    const found = await tx.query(
      'select from cash_redemption_config where tenant_id = $1 and active and automatic_at is not null limit 1',
      [tx.ctx.tenantId],
    );
    return found.length > 0;
  }
}

const isShort = (outcome: RedeemedToCash | DomainError): boolean =>
  outcome instanceof DomainError && outcome.definition.code === InsufficientPrefund.code;

const inputOf = (
  { ctx }: ReadTx<TenantContext>,
  { member_id: memberId }: DueRow,
  { id, currency }: CashConfig,
  { program, day, units }: { program: Program; day: string; units: bigint },
): CashRedemptionInput => ({
  member: { id: memberId },
  programId: program.id,
  points: Points.of(units, program.scale).toString(),
  currency,
  scope: `automatic:${id}:${memberId}`,
  reference: day,
  narration: 'Automatic redemption',
  byTerms: true,
  source: { channel: 'worker', requestId: ctx.requestId },
});

/** Who may spend and had so many points available at the moment, and still has; once for each day. */
const DUE = `select a.owner_id as member_id, p.id as program_id, c.id as config_id, a.id as account_id, f.available
  from cash_redemption_config c
  join program p on p.tenant_id = $1 and p.id = c.program_id and p.status = 'active'
    and coalesce(p.starts_at <= $2, true) and coalesce(p.ends_at > $2, true)
  join ledger_account a on a.tenant_id = $1 and a.asset_id = p.asset_id and a.owner_type = 'member' and a.posted - a.held >= c.automatic_at
  join member m on m.tenant_id = $1 and m.id = a.owner_id and m.status in ('active', 'login_blocked')
  left join cash_user u on u.tenant_id = $1 and u.member_id = m.id
  cross join lateral (select coalesce(sum(l.remaining - l.held), 0) as available from ledger_lot l
    where l.tenant_id = $1 and l.account_id = a.id and l.open and l.available_at <= $2
      and (l.expires_at is null or l.expires_at > greatest($2, tenant_now()))) f
  where c.tenant_id = $1 and c.active and c.automatic_at is not null and c.user_type = coalesce(u.user_type, 'customer')
    and f.available >= c.automatic_at and not exists (select from automatic_redemption r
      where r.tenant_id = $1 and r.program_id = p.id and r.member_id = a.owner_id and r.day = $3::date)`;
