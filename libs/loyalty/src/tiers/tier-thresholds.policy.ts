import { parseDecimal } from '@tallystick/kernel';
import { ValidationFailed } from '@tallystick/platform';
import type { Program } from '../programs/program.js';
import { scaleOf, TIER_SCALE, type Tier, type TierBasis } from './tier.js';

/**
 * Throws `validation_error` on `field` unless thresholds rise with ranks, and have no more decimals than what they are compared with:
 * else a tier could never be reached, or by a part that nobody can earn.
 */
export function checkThresholds(
  tiers: readonly Pick<Tier, 'code' | 'rank' | 'threshold'>[],
  basis: TierBasis,
  program: Pick<Program, 'scale' | 'terms'>,
  field: string,
): void {
  const scale = scaleOf(basis, program);
  const fine = tiers.find(({ threshold }) => typeof parseDecimal(threshold, scale) !== 'bigint');
  if (fine) throw refused(field, `The threshold of ${fine.code} has more decimals than ${basis} are counted in, which is ${scale}.`);
  const sorted = [...tiers].sort((a, b) => a.rank - b.rank);
  for (const [index, tier] of sorted.entries()) {
    const below = sorted[index - 1];
    if (below && units(below.threshold) >= units(tier.threshold))
      throw refused(field, `The threshold of ${tier.code} must be above that of ${below.code}, which ranks lower.`);
  }
}

const units = (threshold: string): bigint => parseDecimal(threshold, TIER_SCALE) as bigint;
const refused = (field: string, message: string): Error => ValidationFailed.with({ errors: { [field]: [message] } });
