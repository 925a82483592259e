import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { ExpirePoints } from '../points/expire-points.operation.js';
import type { DayMoment, DayStep } from './day-step.js';

/** Moves to breakage what is past its last day and under no hold (C1.8, C1.9). */
@Injectable()
export class ExpireLots implements DayStep {
  constructor(private readonly expirePoints: ExpirePoints) {}

  async due(tx: ReadTx<TenantContext>, { moment }: DayMoment, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select distinct d.id from (
         select a.owner_id as id from ledger_lot l
         join ledger_account a on a.tenant_id = $1 and a.id = l.account_id and a.owner_type = 'member'
         join program p on p.tenant_id = $1 and p.asset_id = a.asset_id
         where l.tenant_id = $1 and l.open and l.expires_at <= $2 and l.remaining > l.held limit $3) d`,
      [tx.ctx.tenantId, moment, limit],
    );
    return rows.map(({ id }) => id);
  }

  async run(tx: WriteTx<TenantContext>, { moment }: DayMoment, memberIds: readonly string[]): Promise<void> {
    await this.expirePoints.expireLots(tx, { memberIds, moment });
  }
}
