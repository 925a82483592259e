import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ActDefinition, AuditNote, WriteTx } from '@tallystick/platform';
import type { TransactionFilter } from '../points/find-transactions.query.js';

/** Records that transactions leave the platform, and fixes where the export ends: what is posted while it runs is not in it. */
@Injectable()
export class BeginExport {
  async execute(
    tx: WriteTx<TenantContext>,
    filter: TransactionFilter,
    { act, note }: { act: ActDefinition; note: AuditNote },
  ): Promise<TransactionFilter & { readonly to: Date }> {
    const [row] = await tx.query<{ now: Date }>(`select date_trunc('milliseconds', tenant_now()) + interval '1 millisecond' as now`);
    const to = filter.to && filter.to < row!.now ? filter.to : row!.now;
    tx.audit(act, note);
    return { ...filter, to };
  }
}
