import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { ExpirePoints } from '../points/expire-points.operation.js';
import type { DayMoment, DayStep } from './day-step.js';

/** Ends holds that are past their time: what they covered is there for the steps that follow. */
@Injectable()
export class EndHolds implements DayStep {
  constructor(private readonly expirePoints: ExpirePoints) {}

  async due(tx: ReadTx<TenantContext>, { moment }: DayMoment, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select distinct a.owner_id as id from ledger_hold h
       join ledger_account a on a.tenant_id = $1 and a.id = h.account_id and a.owner_type = 'member'
       join program p on p.tenant_id = $1 and p.asset_id = a.asset_id
       where h.tenant_id = $1 and h.status = 'held' and h.expires_at <= $2 limit $3`,
      [tx.ctx.tenantId, moment, limit],
    );
    return rows.map(({ id }) => id);
  }

  async run(tx: WriteTx<TenantContext>, { moment }: DayMoment, memberIds: readonly string[]): Promise<void> {
    await this.expirePoints.releaseHolds(tx, { memberIds, moment });
  }
}
