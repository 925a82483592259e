import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { lockTiers, tieredProgram } from './save-tier-scheme.operation.js';
import { checkThresholds } from './tier-thresholds.policy.js';
import { readTier, type Tier, type TierRow } from './tier.js';
import type { TieredProgram } from './tiered-programs.query.js';
import { TierCreated, TierDeleted, TierUpdated } from './tiers.acts.js';
import { TierInUse } from './tiers.errors.js';
import { reviewTiers } from './tiers.jobs.js';

/** A tier as an admin describes it; decimals as text. */
export type TierInput = Pick<Tier, 'code' | 'name' | 'rank' | 'threshold' | 'earnMultiplier'>;

type Tx = WriteTx<TenantContext>;

const MOST_TIERS = 20;

/** Adds tiers to a program, changes and removes them; the worker looks at the members again. */
@Injectable()
export class SaveTier {
  /** Throws `not_found`, `duplicate` for a code or rank that is taken, `validation_error` for thresholds out of order. */
  async create(tx: Tx, programId: string, input: TierInput): Promise<Tier> {
    await lockTiers(tx, programId);
    const [tiered] = await tieredProgram(tx, programId);
    if (tiered.program.status === 'ended') throw InvalidState.with({ errors: { program_id: ['The program has ended.'] } });
    if (tiered.tiers.length >= MOST_TIERS)
      throw InvalidState.with({ errors: { program_id: [`A program has at most ${MOST_TIERS} tiers.`] } });
    check(tiered, input, null);
    const [row] = await tx.query<TierRow>(
      `insert into tier (tenant_id, program_id, id, code, name, rank, threshold, earn_multiplier, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, tenant_now(), tenant_now()) returning *`,
      [tx.ctx.tenantId, programId, newId(), input.code, input.name, input.rank, input.threshold, input.earnMultiplier],
    );
    const { scheme } = tiered.terms;
    await tx.query(
      `insert into tier_scheme (tenant_id, program_id, basis, period, period_months, validity_days, grace_days, downgrade)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id, program_id) do nothing`,
      [
        tx.ctx.tenantId,
        programId,
        scheme.basis,
        scheme.period,
        scheme.period_months,
        scheme.validity_days,
        scheme.grace_days,
        scheme.downgrade,
      ],
    );
    await tx.query('update program set tiered = true where tenant_id = $1 and id = $2 and not tiered', [tx.ctx.tenantId, programId]);
    const tier = readTier(row as TierRow);
    tx.audit(TierCreated, { target: targetOf(tier), after: told(programId, tier) });
    tx.enqueue(reviewTiers, { program_id: programId });
    return tier;
  }

  /** `change` answers the tier as it is to be. Throws as `create`. */
  async update(tx: Tx, programId: string, id: string, change: (known: Tier) => TierInput): Promise<Tier> {
    await lockTiers(tx, programId);
    const [tiered] = await tieredProgram(tx, programId);
    const known = tiered.tiers.find((tier) => tier.id === id);
    if (!known) throw NotFound.with();
    const input = change(known);
    check(tiered, input, id);
    const [row] = await tx.query<TierRow>(
      `update tier set code = $4, name = $5, rank = $6, threshold = $7, earn_multiplier = $8, updated_at = tenant_now()
       where tenant_id = $1 and program_id = $2 and id = $3 returning *`,
      [tx.ctx.tenantId, programId, id, input.code, input.name, input.rank, input.threshold, input.earnMultiplier],
    );
    const tier = readTier(row as TierRow);
    tx.audit(TierUpdated, { target: targetOf(tier), ...changesOf(told(programId, known), told(programId, tier)) });
    tx.enqueue(reviewTiers, { program_id: programId });
    return tier;
  }

  /** Throws `not_found`, `tier_in_use` while members are in it. */
  async remove(tx: Tx, programId: string, id: string): Promise<void> {
    await lockTiers(tx, programId);
    const [tiered] = await tieredProgram(tx, programId);
    const tier = tiered.tiers.find((one) => one.id === id);
    if (!tier) throw NotFound.with();
    const inUse = await tx.query('select from member_tier where tenant_id = $1 and tier_id = $2 limit 1', [tx.ctx.tenantId, id]);
    if (inUse.length > 0) throw TierInUse.with();
    await tx.query('delete from tier where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    if (tiered.tiers.length === 1)
      await tx.query('update program set tiered = false where tenant_id = $1 and id = $2', [tx.ctx.tenantId, programId]);
    tx.audit(TierDeleted, { target: targetOf(tier), before: told(programId, tier) });
  }
}

const targetOf = ({ id }: Tier) => ({ type: 'tier', id });

/** A tier as the audit trail tells of it. */
const told = (programId: string, { code, name, rank, threshold, earnMultiplier }: Tier): object => ({
  program_id: programId,
  code,
  name,
  rank,
  threshold,
  earn_multiplier: earnMultiplier,
});

function check({ tiers, terms, program }: TieredProgram, input: TierInput, own: string | null): void {
  const others = tiers.filter(({ id }) => id !== own);
  if (others.some(({ code }) => code === input.code)) throw Duplicate.with({ errors: { code: ['This code is taken.'] } });
  if (others.some(({ rank }) => rank === input.rank)) throw Duplicate.with({ errors: { rank: ['Another tier has this rank.'] } });
  checkThresholds([...others, input], terms.scheme.basis, program, 'threshold');
}
