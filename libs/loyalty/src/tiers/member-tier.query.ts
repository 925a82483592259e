import { Injectable } from '@nestjs/common';
import { formatDecimal, type TenantContext } from '@tallystick/kernel';
import { ownerAccountId } from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { FindPrograms } from '../programs/find-programs.query.js';
import { outcomeOf } from './evaluate-tiers.operation.js';
import { tieredProgram } from './save-tier-scheme.operation.js';
import { readHistories, startOfDay, type MemberHistory } from './tier-facts.query.js';
import { periodStart } from './tier-period.policy.js';
import { scaleOf, type Tier, type TierBasis } from './tier.js';

/** Where a member stands in the tiers of a program, and what is missing to the next one; decimals as text in what the basis counts. */
export interface MemberTier {
  readonly member_id: string;
  readonly program_id: string;
  readonly tier: {
    readonly id: string;
    readonly code: string;
    readonly name: string;
    readonly rank: number;
    readonly earn_multiplier: string;
  } | null;
  readonly since: string | null;
  readonly valid_until: string | null;
  readonly grace_until: string | null;
  readonly override_until: string | null;
  readonly basis: TierBasis;
  readonly currency: string | null;
  readonly period_start: string | null;
  readonly progress: string;
  readonly next_tier: {
    readonly id: string;
    readonly code: string;
    readonly name: string;
    readonly threshold: string;
    readonly missing: string;
  } | null;
}

/** Shows a member's tier. */
@Injectable()
export class MemberTierView {
  constructor(private readonly programs: FindPrograms) {}

  /** As of now, also when the worker has not come by yet. Throws `not_found` for an unknown member or program. */
  async find(tx: ReadTx<TenantContext>, memberId: string, programId: string | undefined): Promise<MemberTier> {
    const known = await tx.query('select from member where tenant_id = $1 and id = $2', [tx.ctx.tenantId, memberId]);
    if (known.length === 0) throw NotFound.with();
    const [tiered] = await tieredProgram(tx, (await this.programs.named(tx, programId)).id);
    const { program, terms, tiers, today, zone } = tiered;
    const [history] = (await readHistories(tx, tiered, [memberId])) as [MemberHistory];
    const hasWallet =
      (
        await tx.query('select from ledger_account where tenant_id = $1 and id = $2', [
          tx.ctx.tenantId,
          ownerAccountId(program.assetId, memberId),
        ])
      ).length > 0;
    const { standing, progress } = outcomeOf(tiered, history).evaluated;
    const tier = hasWallet ? tiers.find(({ id }) => id === standing.tierId) : undefined;
    const scale = scaleOf(terms.scheme.basis, program);
    const place = tiers.findIndex(({ id }) => id === tier?.id);
    const next = tiers[place + 1];
    const missing = next ? (terms.steps[place + 1]?.threshold ?? 0n) - progress : 0n;
    return {
      member_id: memberId,
      program_id: program.id,
      tier: tier ? named(tier) : null,
      since: tier ? (standing.since.at ?? startOfDay(standing.since.day, zone)).toISOString() : null,
      valid_until: standing.validUntil,
      grace_until: standing.graceUntil,
      override_until: standing.overrideUntil,
      basis: terms.scheme.basis,
      currency: terms.scheme.basis === 'spend' ? program.terms.currency : null,
      period_start: periodStart(terms, today),
      progress: formatDecimal(progress, scale),
      next_tier: next
        ? {
            id: next.id,
            code: next.code,
            name: next.name,
            threshold: next.threshold,
            missing: formatDecimal(missing > 0n ? missing : 0n, scale),
          }
        : null,
    };
  }
}

const named = ({ id, code, name, rank, earnMultiplier }: Tier): NonNullable<MemberTier['tier']> => ({
  id,
  code,
  name,
  rank,
  earn_multiplier: earnMultiplier,
});
