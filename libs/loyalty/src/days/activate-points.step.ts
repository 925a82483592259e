import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { ExpirePoints } from '../points/expire-points.operation.js';
import type { DayMoment, DayStep } from './day-step.js';

/** Points become available by their date alone; what is left to do then is to pay what the member owes (C1.6, C3.4). */
@Injectable()
export class ActivatePoints implements DayStep {
  constructor(private readonly expirePoints: ExpirePoints) {}

  async due(tx: ReadTx<TenantContext>, { moment }: DayMoment, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select distinct a.owner_id as id from ledger_account d
       join ledger_account a on a.tenant_id = $1 and a.id = d.owner_id and a.owner_type = 'member'
       join ledger_lot l on l.tenant_id = $1 and l.account_id = a.id and l.open and l.available_at <= $2 and l.remaining > l.held
       where d.tenant_id = $1 and d.purpose = 'debt' and d.posted < 0 limit $3`,
      [tx.ctx.tenantId, moment, limit],
    );
    return rows.map(({ id }) => id);
  }

  async run(tx: WriteTx<TenantContext>, _at: DayMoment, memberIds: readonly string[]): Promise<void> {
    await this.expirePoints.payDebts(tx, memberIds);
  }
}
