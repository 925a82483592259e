import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, NotFound, ValidationFailed, type ReadTx, type WriteTx } from '@tallystick/platform';
import { CoinCompanies } from './coin-companies.js';
import { readCoinEvent, type CoinConfiguration, type CoinEvent, type CoinEventRow } from './coin-event.js';
import { newCoinId } from './coin-id.policy.js';
import { CoinEventCreated, CoinEventDeleted, CoinEventUpdated } from './coins.acts.js';

/** What an event is to give. */
export interface CoinEventInput {
  readonly configuration: CoinConfiguration;
  /** Of a `CUSTOM` configuration; undefined for a `DEFAULT`. */
  readonly companyId?: string;
  readonly event: string;
  readonly amount: bigint;
}

/** Which events, in which window. */
export interface CoinEventFilter {
  readonly companyId?: string;
  readonly event?: string;
  readonly limit: number;
  readonly offset: number;
}

type Tx = WriteTx<TenantContext>;

/** How an event is named: by our id or by its code in the coin API. */
export type CoinEventKey = { readonly id: string } | { readonly code: string };

/** What events give: one default for each event of the tenant, and one of each company's own. */
@Injectable()
export class CoinEvents {
  constructor(private readonly companies: CoinCompanies) {}

  /** Throws `duplicate` for an event that is configured already, `not_found` for an unknown company. */
  async create(tx: Tx, input: CoinEventInput): Promise<CoinEvent> {
    await this.check(tx, input, null);
    const [row] = await tx.query<CoinEventRow>(
      `insert into coin_event (tenant_id, id, code, configuration, company_id, event, amount, version, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, 1, tenant_now(), tenant_now()) returning *`,
      [tx.ctx.tenantId, newId(), newCoinId('event'), input.configuration, input.companyId ?? null, input.event, input.amount],
    );
    const event = readCoinEvent(row!);
    tx.audit(CoinEventCreated, { target: targetOf(event), after: told(event) });
    return event;
  }

  /** `change` answers the event as it is to be. Throws `not_found`, `duplicate`. */
  async update(tx: Tx, key: CoinEventKey, change: (known: CoinEvent) => CoinEventInput): Promise<CoinEvent> {
    const known = await this.one(tx, key);
    const input = change(known);
    await this.check(tx, input, known.id);
    const [row] = await tx.query<CoinEventRow>(
      `update coin_event set configuration = $3, company_id = $4, event = $5, amount = $6, version = version + 1, updated_at = tenant_now()
       where tenant_id = $1 and id = $2 returning *`,
      [tx.ctx.tenantId, known.id, input.configuration, input.companyId ?? null, input.event, input.amount],
    );
    if (!row) throw NotFound.with();
    const event = readCoinEvent(row);
    tx.audit(CoinEventUpdated, { target: targetOf(event), ...changesOf(told(known), told(event)) });
    return event;
  }

  /** What it has given stays given. Throws `not_found`. */
  async remove(tx: Tx, id: string): Promise<void> {
    const [row] = await tx.query<CoinEventRow>('delete from coin_event where tenant_id = $1 and id = $2 returning *', [
      tx.ctx.tenantId,
      id,
    ]);
    if (!row) throw NotFound.with();
    const event = readCoinEvent(row);
    tx.audit(CoinEventDeleted, { target: targetOf(event), before: told(event) });
  }

  /** Throws `not_found`. */
  async one(tx: ReadTx<TenantContext>, key: CoinEventKey): Promise<CoinEvent> {
    const [column, value] = 'id' in key ? ['id', key.id] : ['code', key.code];
    const [row] = await tx.query<CoinEventRow>(`select * from coin_event where tenant_id = $1 and ${column} = $2`, [
      tx.ctx.tenantId,
      value,
    ]);
    if (!row) throw NotFound.with();
    return readCoinEvent(row);
  }

  /** What an event gives in a company: its own configuration, or the default. */
  async inForce(tx: ReadTx<TenantContext>, companyId: string, event: string): Promise<CoinEvent | undefined> {
    const [row] = await tx.query<CoinEventRow>(
      `select * from coin_event where tenant_id = $1 and event = $2 and (company_id = $3 or company_id is null) order by company_id nulls last limit 1`,
      [tx.ctx.tenantId, event, companyId],
    );
    return row && readCoinEvent(row);
  }

  /** Events by name, the default before those of companies, with the count of all that match. */
  async list(
    tx: ReadTx<TenantContext>,
    { companyId, event, limit, offset }: CoinEventFilter,
  ): Promise<{ events: CoinEvent[]; total: number }> {
    const rows = await tx.query<CoinEventRow & { total: string }>(
      `select e.*, count(*) over () as total from coin_event e
       where e.tenant_id = $1 and ($2::text is null or e.company_id = $2) and ($3::text is null or e.event = $3)
       order by e.event, e.company_id nulls first limit $4 offset $5`,
      [tx.ctx.tenantId, companyId ?? null, event ?? null, limit, offset],
    );
    return { events: rows.map(readCoinEvent), total: Number(rows[0]?.total ?? 0) };
  }

  /** Two who configure the same event at once take turns. */
  private async check(tx: Tx, { configuration, companyId, event }: CoinEventInput, own: string | null): Promise<void> {
    if ((configuration === 'CUSTOM') !== (companyId !== undefined)) {
      const message =
        configuration === 'CUSTOM' ? 'A CUSTOM configuration needs a company.' : 'A DEFAULT configuration is for every company.';
      throw ValidationFailed.with({ errors: { company_id: [message] } });
    }
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('coin_event ' || $1, 0))`, [tx.ctx.tenantId]);
    if (companyId !== undefined) await this.companies.byId(tx, companyId);
    const taken = await tx.query(
      'select from coin_event where tenant_id = $1 and event = $2 and company_id is not distinct from $3 and id is distinct from $4',
      [tx.ctx.tenantId, event, companyId ?? null, own],
    );
    if (taken.length > 0) throw Duplicate.with({ errors: { event: ['This event is configured already.'] } });
  }
}

const targetOf = ({ id }: CoinEvent) => ({ type: 'coin_event', id });

const told = ({ configuration, companyId, event, amount }: CoinEvent): object => ({
  configuration,
  company_id: companyId,
  event,
  amount: String(amount),
});
