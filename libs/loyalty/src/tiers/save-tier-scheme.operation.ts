import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { changesOf, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { checkThresholds } from './tier-thresholds.policy.js';
import type { TierScheme } from './tier.js';
import { readTieredPrograms } from './tiered-programs.query.js';
import { TierSchemeChanged } from './tiers.acts.js';
import { reviewTiers } from './tiers.jobs.js';

/** Says how the tiers of a program are reached and lost; members are looked at again by the worker. */
@Injectable()
export class SaveTierScheme {
  /** `change` answers the scheme as it is to be. Throws `not_found`, `validation_error` for a scheme that contradicts itself or the tiers. */
  async execute(tx: WriteTx<TenantContext>, programId: string, change: (known: TierScheme) => TierScheme): Promise<TierScheme> {
    await lockTiers(tx, programId);
    const [{ program, terms, tiers }] = await tieredProgram(tx, programId);
    const scheme = change(terms.scheme);
    checkScheme(scheme);
    checkThresholds(tiers, scheme.basis, program, 'basis');
    await tx.query(
      `insert into tier_scheme (tenant_id, program_id, basis, period, period_months, validity_days, grace_days, downgrade, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, tenant_now())
       on conflict (tenant_id, program_id) do update set basis = excluded.basis, period = excluded.period, period_months = excluded.period_months,
         validity_days = excluded.validity_days, grace_days = excluded.grace_days, downgrade = excluded.downgrade, updated_at = tenant_now()`,
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
    tx.audit(TierSchemeChanged, { target: { type: 'program', id: programId }, ...changesOf({ ...terms.scheme }, { ...scheme }) });
    if (tiers.length > 0) tx.enqueue(reviewTiers, { program_id: programId });
    return scheme;
  }
}

/** Two admins who change the tiers of a program take turns. Throws `not_found`. */
export async function lockTiers(tx: WriteTx<TenantContext>, programId: string): Promise<void> {
  const found = await tx.query('select from program where tenant_id = $1 and id = $2 for no key update', [tx.ctx.tenantId, programId]);
  if (found.length === 0) throw NotFound.with();
}

/** The program with its tiers. Throws `not_found`. */
export async function tieredProgram(
  tx: Parameters<typeof readTieredPrograms>[0],
  programId: string,
): Promise<[Awaited<ReturnType<typeof readTieredPrograms>>[number]]> {
  const [tiered] = await readTieredPrograms(tx, [programId]);
  if (!tiered) throw NotFound.with();
  return [tiered];
}

/** Throws `validation_error` for a scheme that contradicts itself. */
export function checkScheme({ period, period_months, validity_days, downgrade }: TierScheme): void {
  const errors: Record<string, string[]> = {};
  if (period === 'rolling_months' && period_months === null) errors.period_months = ['Say how many months the period has.'];
  if (period !== 'rolling_months' && period_months !== null) errors.period_months = ['Only with the period rolling_months.'];
  if (downgrade === 'one_down' && validity_days === null)
    errors.validity_days = ['With one_down, say for how many days the next tier down is held.'];
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
}
