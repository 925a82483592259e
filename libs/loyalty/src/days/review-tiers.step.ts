import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { EvaluateTiers } from '../tiers/evaluate-tiers.operation.js';
import type { DayMoment, DayStep } from './day-step.js';

/** Looks at the tiers of members for whom the day brings something: before points expire and after (C1.7). */
@Injectable()
export class ReviewTiers implements DayStep {
  constructor(private readonly evaluateTiers: EvaluateTiers) {}

  async due(tx: ReadTx<TenantContext>, { day }: DayMoment, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`select distinct member_id as id ${DUE} limit $3`, [tx.ctx.tenantId, day, limit]);
    return rows.map(({ id }) => id);
  }

  async run(tx: WriteTx<TenantContext>, { day }: DayMoment, memberIds: readonly string[]): Promise<void> {
    const rows = await tx.query<{ id: string; members: string[] }>(
      `select t.program_id as id, array_agg(t.member_id order by t.member_id) as members ${DUE} and t.member_id = any($3::uuid[]) group by t.program_id`,
      [tx.ctx.tenantId, day, memberIds],
    );
    for (const { id, members } of rows) await this.evaluateTiers.execute(tx, id, members);
  }
}

const DUE = `from member_tier t join program p on p.tenant_id = $1 and p.id = t.program_id and p.tiered
  where t.tenant_id = $1 and t.review_on <= $2::date`;
