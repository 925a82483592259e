import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { In } from 'typeorm';
import { Tenant, type TenantMode, type TenantStatus } from './tenant.entity.js';

/** A tenant as staff of the platform see it. */
export interface TenantRecord extends Tenant {
  readonly organizationName: string;
}

/** Which tenants, in which order and window. */
export interface TenantFilter {
  readonly status?: TenantStatus;
  readonly mode?: TenantMode;
  /** A part of the name, the legal name or the slug. */
  readonly search?: string;
  readonly order: TenantOrder;
  readonly limit: number;
  readonly offset: number;
}

/** What tenants are listed by; ties are broken by id (C10.5). */
export const TENANT_ORDERS = ['name', 'slug', 'created_at'] as const;

export type TenantOrder = (typeof TENANT_ORDERS)[number] | `-${(typeof TENANT_ORDERS)[number]}`;

/** All tenants, for staff of the platform; row-level security shows them to nobody else. */
@Injectable()
export class FindTenants {
  /** Throws `not_found`. */
  async byId(tx: ReadTx<PlatformContext>, id: string): Promise<TenantRecord> {
    const [record] = await this.byIds(tx, [id]);
    if (!record) throw NotFound.with();
    return record;
  }

  /** Tenants in the order asked for, with the count of all that match. */
  async list(tx: ReadTx<PlatformContext>, filter: TenantFilter): Promise<{ tenants: TenantRecord[]; total: number }> {
    const pattern = filter.search === undefined ? null : `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    const column = TENANT_ORDERS.find((name) => filter.order.endsWith(name))!;
    const direction = filter.order.startsWith('-') ? 'desc' : 'asc';
    const rows = await tx.query<{ id: string; total: string }>(
      `select id, count(*) over () as total from tenant
       where ($1::text is null or status = $1) and ($2::text is null or mode = $2)
         and ($3::text is null or name ilike $3 or legal_name ilike $3 or slug ilike $3)
       order by ${column} ${direction}, id ${direction} limit $4 offset $5`,
      [filter.status ?? null, filter.mode ?? null, pattern, filter.limit, filter.offset],
    );
    const ids = rows.map(({ id }) => id);
    const records = new Map((await this.byIds(tx, ids)).map((record) => [record.id, record]));
    return { tenants: ids.map((id) => records.get(id)!), total: Number(rows[0]?.total ?? (await this.countBeyond(tx, filter))) };
  }

  /** A page behind the last one has no row that could say how many there are. */
  private async countBeyond(tx: ReadTx<PlatformContext>, filter: TenantFilter): Promise<number> {
    return filter.offset === 0 ? 0 : (await this.list(tx, { ...filter, limit: 1, offset: 0 })).total;
  }

  private async byIds(tx: ReadTx<PlatformContext>, ids: string[]): Promise<TenantRecord[]> {
    const tenants = await tx.repository(Tenant).findBy({ id: In(ids) });
    const names = await tx.query<{ id: string; name: string }>('select id, name from organization where id = any ($1)', [
      tenants.map(({ organizationId }) => organizationId),
    ]);
    const nameOf = new Map(names.map(({ id, name }) => [id, name]));
    return tenants.map((tenant) => ({ ...tenant, organizationName: nameOf.get(tenant.organizationId)! }));
  }
}
