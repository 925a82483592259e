import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** A tenant's zone, and the day it is there, by the tenant's own clock. */
export interface TenantCalendar {
  readonly zone: string;
  readonly today: string;
}

/** Reads in which zone a tenant's days begin. */
export async function tenantCalendar(tx: ReadTx<TenantContext>): Promise<TenantCalendar> {
  const [row] = await tx.query<TenantCalendar>(
    'select timezone as zone, (tenant_now() at time zone timezone)::date::text as today from tenant where id = $1',
    [tx.ctx.tenantId],
  );
  return row!;
}
