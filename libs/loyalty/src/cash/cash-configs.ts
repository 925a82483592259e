import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { DefineCurrency } from '@tallystick/ledger';
import { changesOf, Duplicate, NotFound, type ReadTx, type WriteTx } from '@tallystick/platform';
import type { Program } from '../programs/program.js';
import { readCashConfig, type CashConfig, type CashConfigRow, type CashTerms, type CashUserType } from './cash-config.js';
import { CashConfigCreated, CashConfigDeleted, CashConfigUpdated } from './cash.acts.js';

type Tx = WriteTx<TenantContext>;

const COLUMNS = 'c.*, p.scale';
const FROM = 'from cash_redemption_config c join program p on p.tenant_id = c.tenant_id and p.id = c.program_id where c.tenant_id = $1';

/** The terms of redemption to money: one configuration for each program, kind of user and currency. */
@Injectable()
export class CashConfigs {
  constructor(private readonly defineCurrency: DefineCurrency) {}

  /** Throws `duplicate` when there is one for this program, kind of user and currency, or another that redeems by itself. */
  async create(tx: Tx, program: Program, terms: CashTerms): Promise<CashConfig> {
    await this.defineCurrency.execute(tx, terms.currency);
    const id = newId();
    await this.refuseSecondAutomatic(tx, program.id, id, terms);
    const made = await tx.query(
      `insert into cash_redemption_config (tenant_id, id, program_id, user_type, currency, redeem_type, points, value, min_points, max_points,
         redeem_cycle, max_points_per_cycle, max_redemptions_per_cycle, automatic_at, automatic_step, active, version, created_at, updated_at)
       values ($1, $2, $3, $4, $5, 'cashback', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, tenant_now(), tenant_now())
       on conflict (tenant_id, program_id, user_type, currency) do nothing returning id`,
      [tx.ctx.tenantId, id, program.id, ...valuesOf(terms)],
    );
    if (made.length === 0) throw Duplicate.with({ errors: { currency: ['There is one for this kind of user and currency.'] } });
    const config = await this.one(tx, program.id, id);
    tx.audit(CashConfigCreated, { target: targetOf(id), after: told(config) });
    return config;
  }

  /** `change` answers the terms as they are to be. The kind of user and the currency stay. Throws `not_found`, and `duplicate` as above. */
  async update(tx: Tx, programId: string, id: string, change: (known: CashConfig) => CashTerms): Promise<CashConfig> {
    const known = await this.one(tx, programId, id, 'for update of c');
    const terms = { ...change(known), userType: known.userType, currency: known.currency };
    await this.refuseSecondAutomatic(tx, programId, id, terms);
    await tx.query(
      `update cash_redemption_config set user_type = $4, currency = $5, points = $6, value = $7, min_points = $8, max_points = $9,
         redeem_cycle = $10, max_points_per_cycle = $11, max_redemptions_per_cycle = $12, automatic_at = $13, automatic_step = $14, active = $15, version = version + 1, updated_at = tenant_now()
       where tenant_id = $1 and id = $2 and program_id = $3`,
      [tx.ctx.tenantId, id, programId, ...valuesOf(terms)],
    );
    const config = await this.one(tx, programId, id);
    tx.audit(CashConfigUpdated, { target: targetOf(id), ...changesOf(told(known), told(config)) });
    return config;
  }

  /** Points of a program cannot go two ways by themselves. Who saves at once takes turns. */
  private async refuseSecondAutomatic(tx: Tx, programId: string, id: string, { userType, automatic }: CashTerms): Promise<void> {
    if (automatic === null) return;
    await tx.query('select from program where tenant_id = $1 and id = $2 for no key update', [tx.ctx.tenantId, programId]);
    const others = await tx.query(
      `select from cash_redemption_config
       where tenant_id = $1 and program_id = $2 and user_type = $3 and id <> $4 and automatic_at is not null`,
      [tx.ctx.tenantId, programId, userType, id],
    );
    if (others.length > 0)
      throw Duplicate.with({ errors: { automatic: ['Points of this kind of user are redeemed by themselves to another currency.'] } });
  }

  /** What was redeemed under it stays. Throws `not_found`. */
  async remove(tx: Tx, programId: string, id: string): Promise<void> {
    const known = await this.one(tx, programId, id, 'for update of c');
    await tx.query('delete from cash_redemption_config where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    tx.audit(CashConfigDeleted, { target: targetOf(id), before: told(known) });
  }

  /** Throws `not_found`. */
  async one(tx: ReadTx<TenantContext>, programId: string, id: string, lock = ''): Promise<CashConfig> {
    const [row] = await tx.query<CashConfigRow>(`select ${COLUMNS} ${FROM} and c.program_id = $2 and c.id = $3 ${lock}`, [
      tx.ctx.tenantId,
      programId,
      id,
    ]);
    if (!row) throw NotFound.with();
    return readCashConfig(row);
  }

  /** The configuration in force for a kind of user and a currency, switched on or off. */
  async find(tx: ReadTx<TenantContext>, programId: string, userType: CashUserType, currency: string): Promise<CashConfig | undefined> {
    const [row] = await tx.query<CashConfigRow>(
      `select ${COLUMNS} ${FROM} and c.program_id = $2 and c.user_type = $3 and c.currency = $4`,
      [tx.ctx.tenantId, programId, userType, currency],
    );
    return row && readCashConfig(row);
  }

  /** The configurations of a program: a few at most. */
  async list(tx: ReadTx<TenantContext>, programId: string): Promise<CashConfig[]> {
    const rows = await tx.query<CashConfigRow>(`select ${COLUMNS} ${FROM} and c.program_id = $2 order by c.currency, c.user_type`, [
      tx.ctx.tenantId,
      programId,
    ]);
    return rows.map(readCashConfig);
  }
}

const valuesOf = (terms: CashTerms): unknown[] => [
  terms.userType,
  terms.currency,
  terms.points,
  terms.value,
  terms.minPoints,
  terms.maxPoints,
  terms.cycle,
  terms.maxPointsPerCycle,
  terms.maxRedemptionsPerCycle,
  terms.automatic?.at ?? null,
  terms.automatic?.step ?? null,
  terms.active,
];

const targetOf = (id: string) => ({ type: 'cash_redemption_config', id });

/** A configuration as the audit trail tells of it: amounts as text. */
const told = ({ id: _, createdAt: _c, updatedAt: _u, automatic, ...config }: CashConfig): object =>
  Object.fromEntries(
    Object.entries({ ...config, automaticAt: automatic?.at ?? null, automaticStep: automatic?.step ?? null }).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? String(value) : value,
    ]),
  );
