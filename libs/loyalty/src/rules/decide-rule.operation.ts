import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { awaitPostings } from '@tallystick/ledger';
import { InvalidState, ValidationFailed, type ActDefinition, type WriteTx } from '@tallystick/platform';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { EarningRule, RuleStatus, RuleVersionStatus } from './earning-rule.js';
import { FindRules } from './find-rules.query.js';
import { lockRule, targetOf } from './lock-rule.js';
import { checkDefinition, countsPurchases } from './rule-definition.policy.js';
import { RuleApproved, RuleArchived, RulePaused, RulePublished, RuleResumed, RuleSubmitted } from './rules.acts.js';
import { SecondPersonRequired } from './rules.errors.js';

type Tx = WriteTx<TenantContext>;

/** The way of a rule from draft to approval by a second person, into force, and out of it. All throw `not_found` and `invalid_state`. */
@Injectable()
export class DecideRule {
  constructor(
    private readonly programs: FindPrograms,
    private readonly rules: FindRules,
  ) {}

  /** Says that the draft is ready to be looked at. */
  async submit(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    const rule = await this.locked(tx, programId, id);
    versionMust(rule, 'draft', 'Only a draft is submitted.');
    return this.changeVersion(tx, rule, `status = 'submitted'`, RuleSubmitted, 'submitted');
  }

  /** Lets a submitted version through. Throws `second_person_required` for who edited it last (C7.5). */
  async approve(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    const rule = await this.locked(tx, programId, id);
    versionMust(rule, 'submitted', 'Only a submitted version is approved.');
    const approver = `${tx.ctx.actor.type}:${tx.ctx.actor.id}`;
    if (rule.latest.editedBy === approver) throw SecondPersonRequired.with();
    return this.changeVersion(tx, rule, `status = 'approved', approved_by = $4, approved_at = tenant_now()`, RuleApproved, 'approved', [
      approver,
    ]);
  }

  /** Puts an approved version in force, in place of the one before. Throws `validation_error` where the program has changed meanwhile. */
  async publish(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    const rule = await this.locked(tx, programId, id);
    versionMust(rule, 'approved', 'Only an approved version is published.');
    const { version, definition } = rule.latest;
    const errors = checkDefinition(definition, await this.programs.byId(tx, programId));
    if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
    // A purchase in flight that has not been counted is there to be counted, or runs again.
    if (countsPurchases(definition)) await awaitPostings(tx);
    if (rule.liveVersion !== null) {
      await tx.query(`update earning_rule_version set status = 'retired' where tenant_id = $1 and rule_id = $2 and version = $3`, [
        tx.ctx.tenantId,
        id,
        rule.liveVersion,
      ]);
    }
    await tx.query(
      `update earning_rule_version set status = 'published', published_at = tenant_now() where tenant_id = $1 and rule_id = $2 and version = $3`,
      [tx.ctx.tenantId, id, version],
    );
    await tx.query(
      `update earning_rule set status = 'published', live_version = $3, counts_purchases = counts_purchases or $4, updated_at = tenant_now()
       where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, id, version, countsPurchases(definition)],
    );
    tx.audit(RulePublished, {
      target: targetOf(id),
      before: { status: rule.status, version: rule.liveVersion },
      after: { status: 'published', version },
    });
    return this.rules.byId(tx, programId, id);
  }

  /** Takes a rule out of force until it is resumed. */
  pause(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    return this.changeStatus(tx, programId, id, ['published'], 'paused', RulePaused);
  }

  /** Puts a paused rule in force again. */
  resume(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    return this.changeStatus(tx, programId, id, ['paused'], 'published', RuleResumed);
  }

  /** Ends a rule for good; its versions stay for the postings that name them. */
  archive(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    return this.changeStatus(tx, programId, id, ['draft', 'published', 'paused'], 'archived', RuleArchived);
  }

  private async locked(tx: Tx, programId: string, id: string): Promise<EarningRule> {
    await lockRule(tx, id);
    const rule = await this.rules.byId(tx, programId, id);
    if (rule.status === 'archived') throw InvalidState.with({ errors: { status: ['An archived rule stays as it is.'] } });
    return rule;
  }

  private async changeVersion(
    tx: Tx,
    rule: EarningRule,
    change: string,
    act: ActDefinition,
    status: RuleVersionStatus,
    values: readonly string[] = [],
  ): Promise<EarningRule> {
    const { version } = rule.latest;
    await tx.query(`update earning_rule_version set ${change} where tenant_id = $1 and rule_id = $2 and version = $3`, [
      tx.ctx.tenantId,
      rule.id,
      version,
      ...values,
    ]);
    tx.audit(act, { target: targetOf(rule.id), before: { version, status: rule.latest.status }, after: { version, status } });
    return this.rules.byId(tx, rule.programId, rule.id);
  }

  private async changeStatus(
    tx: Tx,
    programId: string,
    id: string,
    from: readonly RuleStatus[],
    to: RuleStatus,
    act: ActDefinition,
  ): Promise<EarningRule> {
    const rule = await this.locked(tx, programId, id);
    if (!from.includes(rule.status)) throw InvalidState.with({ errors: { status: [`The rule is ${rule.status}.`] } });
    await tx.query('update earning_rule set status = $3, updated_at = tenant_now() where tenant_id = $1 and id = $2', [
      tx.ctx.tenantId,
      id,
      to,
    ]);
    tx.audit(act, { target: targetOf(id), before: { status: rule.status }, after: { status: to } });
    return this.rules.byId(tx, programId, id);
  }
}

function versionMust({ latest }: EarningRule, status: RuleVersionStatus, message: string): void {
  if (latest.status !== status)
    throw InvalidState.with({ errors: { status: [message, `Version ${latest.version} is ${latest.status}.`] } });
}
