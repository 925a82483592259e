import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { PLATFORM_JOBS, type ReadTx } from '@tallystick/platform';

/** A tenant that has something to relay, with its clock. */
export interface WaitingTenant {
  readonly tenantId: string;
  readonly clockOffsetMs: number;
}

/** Jumps from tenant to tenant in the index of waiting rows: as quick with a million waiting rows as with one. */
const hop = (table: string): string => `(
  with recursive hop as (
    (select tenant_id from ${table} where relayed_at is null order by tenant_id limit 1)
    union all
    select (select n.tenant_id from ${table} n where n.relayed_at is null and n.tenant_id > hop.tenant_id order by n.tenant_id limit 1)
    from hop where hop.tenant_id is not null
  ) select tenant_id from hop where tenant_id is not null)`;

/** Across tenants: who has events or jobs that wait, the platform among them with its own jobs. What a suspended tenant has stays where it is (TEN-08). */
@Injectable()
export class WaitingTenants {
  async find(tx: ReadTx<RequestContext>): Promise<WaitingTenant[]> {
    const rows = await tx.query<{ id: string; offset: string }>(
      `select t.id, t.clock_offset_ms as offset from (${hop('event')} union ${hop('job_outbox')}) w
       join tenant t on t.id = w.tenant_id and t.status = 'active'
       union all select $1::uuid, 0 where exists (select from job_outbox where tenant_id = $1::uuid and relayed_at is null)`,
      [PLATFORM_JOBS],
    );
    return rows.map(({ id, offset }) => ({ tenantId: id, clockOffsetMs: Number(offset) }));
  }
}
