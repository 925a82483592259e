import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { ValidationFailed, type WriteTx } from '@tallystick/platform';
import type { RuleInForce } from '../earning-rule.js';
import { FindRules } from '../find-rules.query.js';
import { targetOf } from '../lock-rule.js';
import { RuleReplayed } from '../rules.acts.js';
import { replayRule } from '../rules.jobs.js';
import { readReplay, type ReplayRow, type RuleReplay } from './rule-replay.js';

/** Asks for a replay of a rule's latest version over the purchases posted in a time. */
@Injectable()
export class StartReplay {
  constructor(private readonly rules: FindRules) {}

  /** The rules in force at this moment are what it is compared with. Throws `not_found`, and `validation_error` for a time that is none. */
  async execute(tx: WriteTx<TenantContext>, programId: string, ruleId: string, from: Date, to: Date | null): Promise<RuleReplay> {
    const { code, latest } = await this.rules.byId(tx, programId, ruleId);
    const draft: RuleInForce = { id: ruleId, code, version: latest.version, definition: latest.definition };
    const [row] = await tx.query<ReplayRow>(
      `insert into rule_replay (tenant_id, id, program_id, rule_id, rule_version, draft, rules, starts_at, ends_at, requested_by, created_at)
       select $1, $2, $3, $4, $5, $6, coalesce((
           select jsonb_agg(jsonb_build_object('id', r.id, 'code', r.code, 'version', v.version, 'definition', v.definition))
           from earning_rule r join earning_rule_version v on v.tenant_id = $1 and v.rule_id = r.id and v.version = r.live_version
           where r.tenant_id = $1 and r.program_id = $3 and r.status = 'published'), '[]'),
         $7, least(coalesce($8, tenant_now()), tenant_now()), $9, tenant_now()
       where $7 < least(coalesce($8, tenant_now()), tenant_now()) returning *`,
      [
        tx.ctx.tenantId,
        newId(),
        programId,
        ruleId,
        draft.version,
        JSON.stringify(draft),
        from,
        to,
        `${tx.ctx.actor.type}:${tx.ctx.actor.id}`,
      ],
    );
    if (!row) throw ValidationFailed.with({ errors: { from: ['Must be before `to`, and in the past.'] } });
    tx.enqueue(replayRule, { replay_id: row.id });
    tx.audit(RuleReplayed, {
      target: targetOf(ruleId),
      after: { replay_id: row.id, version: draft.version, from: row.starts_at, to: row.ends_at },
    });
    return readReplay(row);
  }
}
