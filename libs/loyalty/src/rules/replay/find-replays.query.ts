import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { readReplay, type ReplayRow, type RuleReplay } from './rule-replay.js';

/** Reads replays of rules. */
@Injectable()
export class FindReplays {
  /** Throws `not_found`, also for a replay of another rule. */
  async byId(tx: ReadTx<TenantContext>, programId: string, ruleId: string, id: string): Promise<RuleReplay> {
    const [row] = await tx.query<ReplayRow>(
      'select * from rule_replay where tenant_id = $1 and program_id = $2 and rule_id = $3 and id = $4',
      [tx.ctx.tenantId, programId, ruleId, id],
    );
    if (!row) throw NotFound.with();
    return readReplay(row);
  }
}
