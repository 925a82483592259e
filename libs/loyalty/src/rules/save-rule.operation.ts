import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, InvalidState, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { EarningRule, RuleDefinition } from './earning-rule.js';
import { FindRules } from './find-rules.query.js';
import { lockRule, targetOf } from './lock-rule.js';
import { checkDefinition } from './rule-definition.policy.js';
import { RuleCreated, RuleEdited } from './rules.acts.js';

type Tx = WriteTx<TenantContext>;

/** Drafts earning rules. A draft gives no points: another person approves it, then it is published. */
@Injectable()
export class SaveRule {
  constructor(
    private readonly programs: FindPrograms,
    private readonly rules: FindRules,
  ) {}

  /** Throws `not_found`, `duplicate` for a taken code, `validation_error`. */
  async create(tx: Tx, programId: string, code: string, definition: RuleDefinition): Promise<EarningRule> {
    await this.check(tx, programId, definition);
    const id = newId();
    const made = await tx.query(
      `insert into earning_rule (tenant_id, id, program_id, code, created_at, updated_at) values ($1, $2, $3, $4, tenant_now(), tenant_now())
       on conflict (tenant_id, program_id, code) do nothing returning id`,
      [tx.ctx.tenantId, id, programId, code],
    );
    if (made.length === 0) throw Duplicate.with({ errors: { code: ['This code is taken.'] } });
    await this.draft(tx, id, 1, definition);
    tx.audit(RuleCreated, { target: targetOf(id), after: { program_id: programId, code, version: 1, ...definition } });
    return this.rules.byId(tx, programId, id);
  }

  /**
   * Edits the draft; what was submitted or approved is a draft again. A published version stays, and the edit makes the next one.
   * Throws `not_found`, `invalid_state` for an archived rule, `validation_error`.
   */
  async edit(tx: Tx, programId: string, id: string, change: (known: RuleDefinition) => RuleDefinition): Promise<EarningRule> {
    await lockRule(tx, id);
    const known = await this.rules.byId(tx, programId, id);
    if (known.status === 'archived') throw InvalidState.with({ errors: { status: ['An archived rule stays as it is.'] } });
    const definition = change(known.latest.definition);
    await this.check(tx, programId, definition);
    const next = known.latest.publishedAt ? known.latest.version + 1 : known.latest.version;
    if (next > known.latest.version) {
      await tx.query('update earning_rule set version = $3, updated_at = tenant_now() where tenant_id = $1 and id = $2', [
        tx.ctx.tenantId,
        id,
        next,
      ]);
    }
    await this.draft(tx, id, next, definition);
    tx.audit(RuleEdited, {
      target: targetOf(id),
      ...changesOf({ version: known.latest.version, ...known.latest.definition }, { version: next, ...definition }),
    });
    return this.rules.byId(tx, programId, id);
  }

  private async check(tx: Tx, programId: string, definition: RuleDefinition): Promise<void> {
    const errors = checkDefinition(definition, await this.programs.byId(tx, programId));
    if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
  }

  private async draft(tx: Tx, id: string, version: number, definition: RuleDefinition): Promise<void> {
    await tx.query(
      `insert into earning_rule_version (tenant_id, rule_id, version, status, definition, edited_by, edited_at)
       values ($1, $2, $3, 'draft', $4, $5, tenant_now())
       on conflict (tenant_id, rule_id, version) do update set status = 'draft', definition = excluded.definition,
         edited_by = excluded.edited_by, edited_at = excluded.edited_at, approved_by = null, approved_at = null`,
      [tx.ctx.tenantId, id, version, JSON.stringify(definition), `${tx.ctx.actor.type}:${tx.ctx.actor.id}`],
    );
  }
}
