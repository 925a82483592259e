import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Duplicate, NotFound, ValidationFailed, type ReadTx, type WriteTx } from '@tallystick/platform';
import { FindPrograms } from '../programs/find-programs.query.js';
import { readCoinCompany, type CoinCompany, type CoinCompanyRow } from './coin-company.js';
import { CARD_ACCOUNT_ID, COMPANY_ID, newCoinId } from './coin-id.policy.js';
import { CoinCompanyOpened, CoinCompanyRenamed } from './coins.acts.js';

/** A company to be; the ids may be those that the tenant's systems know it by already. */
export interface NewCoinCompany {
  readonly id?: string;
  readonly name?: string;
  readonly cardAccountId?: string;
  /** The default program when left out. */
  readonly programId?: string;
}

/** Opens and finds the companies of a tenant. */
@Injectable()
export class CoinCompanies {
  constructor(private readonly programs: FindPrograms) {}

  /** Throws `duplicate` for a taken id, `not_found` for an unknown program. */
  async open(tx: WriteTx<TenantContext>, given: NewCoinCompany): Promise<CoinCompany> {
    const company = await this.insert(tx, given);
    if (!company) throw Duplicate.with({ errors: { company_id: ['This id, or that of the card account, is taken.'] } });
    tx.audit(CoinCompanyOpened, { target: { type: 'coin_company', id: company.id }, after: { name: company.name } });
    return company;
  }

  /** Throws `not_found`. */
  async rename(tx: WriteTx<TenantContext>, id: string, name: string): Promise<CoinCompany> {
    const before = await this.byId(tx, id);
    const [row] = await tx.query<CoinCompanyRow>('update coin_company set name = $3 where tenant_id = $1 and id = $2 returning *', [
      tx.ctx.tenantId,
      id,
      name,
    ]);
    tx.audit(CoinCompanyRenamed, { target: { type: 'coin_company', id }, before: { name: before.name }, after: { name } });
    return readCoinCompany(row!);
  }

  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<CoinCompany> {
    const company = await this.find(tx, id);
    if (!company) throw NotFound.with({ errors: { company_id: ['No such company.'] } });
    return company;
  }

  async find(tx: ReadTx<TenantContext>, id: string): Promise<CoinCompany | undefined> {
    const [row] = await tx.query<CoinCompanyRow>('select * from coin_company where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    return row && readCoinCompany(row);
  }

  /** The company of that id; where the program enrolls on first sight, one is opened under an id that is new. Throws `not_found`. */
  async seen(tx: WriteTx<TenantContext>, id: string, cardAccountId?: string): Promise<CoinCompany> {
    const known = await this.find(tx, id);
    if (known) return known;
    const { terms } = await this.programs.named(tx, undefined);
    if (!terms.enroll_on_first_sight) throw NotFound.with({ errors: { company_id: ['No such company.'] } });
    return (await this.insert(tx, { id, cardAccountId })) ?? (await this.byId(tx, id));
  }

  /** Companies by id, with the count of all. */
  async list(
    tx: ReadTx<TenantContext>,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<{ companies: CoinCompany[]; total: number }> {
    const rows = await tx.query<CoinCompanyRow & { total: string }>(
      'select c.*, count(*) over () as total from coin_company c where c.tenant_id = $1 order by c.id limit $2 offset $3',
      [tx.ctx.tenantId, limit, offset],
    );
    return { companies: rows.map(readCoinCompany), total: Number(rows[0]?.total ?? 0) };
  }

  /** Answers nothing when an id is taken. */
  private async insert(tx: WriteTx<TenantContext>, given: NewCoinCompany): Promise<CoinCompany | undefined> {
    const { id = newCoinId('company'), cardAccountId = newCoinId('cardAccount') } = given;
    if (!COMPANY_ID.test(id)) throw ValidationFailed.with({ errors: { company_id: [`Must match ${COMPANY_ID.source}.`] } });
    if (!CARD_ACCOUNT_ID.test(cardAccountId))
      throw ValidationFailed.with({ errors: { card_account_id: [`Must match ${CARD_ACCOUNT_ID.source}.`] } });
    const program = await this.programs.named(tx, given.programId);
    const [row] = await tx.query<CoinCompanyRow>(
      `insert into coin_company (tenant_id, id, name, card_account_id, program_id, created_at) values ($1, $2, $3, $4, $5, tenant_now())
       on conflict do nothing returning *`,
      [tx.ctx.tenantId, id, given.name ?? null, cardAccountId, program.id],
    );
    return row && readCoinCompany(row);
  }
}
