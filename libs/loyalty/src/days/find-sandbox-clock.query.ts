import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { NotASandbox } from './days.errors.js';
import type { SandboxClock } from './sandbox-clock.js';

/** Reads the clock of a sandbox, as it stands and not as a context remembers it. */
@Injectable()
export class FindSandboxClock {
  /** Throws `not_a_sandbox`. */
  async find(tx: ReadTx<TenantContext>): Promise<SandboxClock> {
    const [row] = await tx.query<{ now: Date; offset: string; zone: string; mode: string; target: Date | null }>(
      `select date_trunc('milliseconds', clock_timestamp()) + t.clock_offset_ms * interval '1 millisecond' as now, t.clock_offset_ms as offset,
         t.timezone as zone, t.mode, c.target
       from tenant t left join sandbox_clock c on c.tenant_id = t.id where t.id = $1`,
      [tx.ctx.tenantId],
    );
    if (row?.mode !== 'sandbox') throw NotASandbox.with();
    return { now: row.now, offsetMs: Number(row.offset), zone: row.zone, target: row.target };
  }
}
