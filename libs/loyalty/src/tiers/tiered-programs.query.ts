import type { TenantContext } from '@tallystick/kernel';
import { parseDecimal } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { readProgram, type Program, type ProgramRow } from '../programs/program.js';
import type { LocalDay } from './local-day.js';
import { readTier, scaleOf, TIER_SCALE, USUAL_SCHEME, type Tier, type TierRow, type TierScheme } from './tier.js';
import type { TierTerms } from './tier.policy.js';

/** A program with its tiers, and what day it is for its tenant. */
export interface TieredProgram {
  readonly program: Program;
  readonly tiers: readonly Tier[];
  readonly terms: TierTerms;
  readonly zone: string;
  readonly now: Date;
  readonly today: LocalDay;
}

interface Row extends ProgramRow {
  zone: string;
  now: Date;
  today: LocalDay;
  program_start: LocalDay;
  scheme: TierScheme | null;
}

/** Reads programs with their tiers, or all that have some. */
export async function readTieredPrograms(tx: ReadTx<TenantContext>, ids: readonly string[] | null): Promise<TieredProgram[]> {
  const rows = await tx.query<Row>(
    `select p.*, n.timezone as zone, d.now, (d.now at time zone n.timezone)::date::text as today,
       (coalesce(p.starts_at, p.created_at) at time zone n.timezone)::date::text as program_start,
       case when s.program_id is not null then jsonb_build_object('basis', s.basis, 'period', s.period, 'period_months', s.period_months,
         'validity_days', s.validity_days, 'grace_days', s.grace_days, 'downgrade', s.downgrade) end as scheme
     from program p join tenant n on n.id = p.tenant_id
     cross join (select tenant_now() as now) d
     left join tier_scheme s on s.tenant_id = p.tenant_id and s.program_id = p.id
     where p.tenant_id = $1 and ($2::uuid[] is null and p.tiered or p.id = any($2)) order by p.id`,
    [tx.ctx.tenantId, ids],
  );
  if (rows.length === 0) return [];
  const tiers = await tx.query<TierRow & { program_id: string }>(
    'select * from tier where tenant_id = $1 and program_id = any($2::uuid[]) order by rank',
    [tx.ctx.tenantId, rows.map(({ id }) => id)],
  );
  return rows.map((row) => {
    const program = readProgram(row);
    const own = tiers.filter((tier) => tier.program_id === row.id).map(readTier);
    const terms = termsOf(program, row.scheme ?? USUAL_SCHEME, own, row.program_start);
    return { program, tiers: own, terms, zone: row.zone, now: row.now, today: row.today };
  });
}

/** The rules that a scheme and its tiers, in the order of their ranks, come to. */
export function termsOf(
  program: Pick<Program, 'scale' | 'terms'>,
  scheme: TierScheme,
  tiers: readonly Pick<Tier, 'id' | 'threshold'>[],
  programStart: LocalDay,
): TierTerms {
  const scale = scaleOf(scheme.basis, program);
  const steps = tiers.map(({ id, threshold }) => ({ id, threshold: smallestUnits(threshold, scale) }));
  return { scheme, programStart, steps };
}

/** A threshold in the smallest unit; one with more decimals than are counted is reached by the next unit. */
function smallestUnits(threshold: string, scale: number): bigint {
  const fine = parseDecimal(threshold, TIER_SCALE) as bigint;
  const unit = 10n ** BigInt(TIER_SCALE - scale);
  return (fine + unit - 1n) / unit;
}
