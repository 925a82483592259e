import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { activity } from '../activity/activity.sql.js';
import { checkScheme, tieredProgram } from './save-tier-scheme.operation.js';
import { counted, startOfDay } from './tier-facts.query.js';
import { periodStart } from './tier-period.policy.js';
import { checkThresholds } from './tier-thresholds.policy.js';
import type { Tier, TierScheme } from './tier.js';
import { termsOf } from './tiered-programs.query.js';

/** Tiers and a scheme as they might be; what is left out stays as it is. */
export interface TierProposal {
  readonly scheme?: (known: TierScheme) => TierScheme;
  readonly tiers?: readonly Pick<Tier, 'code' | 'rank' | 'threshold'>[];
}

/** Who would be where by today's count alone, without validity, grace and tiers given by hand. `code` null is below the first tier. */
export interface TierPreview {
  readonly members: number;
  readonly tiers: readonly { readonly code: string | null; readonly members: number; readonly members_now: number }[];
  readonly up: number;
  readonly down: number;
}

/** Counts where members would be, before anything is changed. */
@Injectable()
export class PreviewTiers {
  /** Throws `not_found`, `validation_error` for a proposal that could not be saved. */
  async find(tx: ReadTx<TenantContext>, programId: string, proposal: TierProposal): Promise<TierPreview> {
    const [{ program, tiers: known, terms: present, today, zone }] = await tieredProgram(tx, programId);
    const scheme = proposal.scheme?.(present.scheme) ?? present.scheme;
    checkScheme(scheme);
    const tiers = [...(proposal.tiers ?? known)].sort((a, b) => a.rank - b.rank);
    checkThresholds(tiers, scheme.basis, program, 'tiers');
    const terms = termsOf(
      program,
      scheme,
      tiers.map((tier, index) => ({ id: String(index), threshold: tier.threshold })),
      present.programStart,
    );
    const start = periodStart(terms, today);
    const rows = await tx.query<{ wanted: number; held: string | null; rank: number | null; members: string }>(
      `with count as (
         select f.account_id, sum(${counted(scheme.basis, '$7')}) as amount from (${activity(
           `t.account_id in (select a.id from ledger_account a where a.tenant_id = $1 and a.asset_id = $2 and a.owner_type = 'member')
            and ($3::timestamptz is null or t.effective_at >= $3) and t.effective_at <= tenant_now()`,
         )}) f group by f.account_id
       ), standing as (
         select a.owner_id, width_bucket(coalesce(c.amount, 0) ${scheme.basis === 'points' ? '/ power(10::numeric, $4::int)' : '+ 0 * $4::int'}, $5::numeric[]) as wanted
         from ledger_account a left join count c on c.account_id = a.id
         where a.tenant_id = $1 and a.asset_id = $2 and a.owner_type = 'member'
       )
       select s.wanted, t.code as held, t.rank, count(*) as members from standing s
       left join member_tier mt on mt.tenant_id = $1 and mt.program_id = $6 and mt.member_id = s.owner_id
       left join tier t on t.tenant_id = $1 and t.id = mt.tier_id group by 1, 2, 3`,
      [
        tx.ctx.tenantId,
        program.assetId,
        start && startOfDay(start, zone),
        program.scale,
        tiers.map(({ threshold }) => threshold),
        programId,
        ...(scheme.basis === 'spend' ? [program.terms.currency] : []),
      ],
    );
    const sum = (of: readonly (typeof rows)[number][]): number => of.reduce((total, row) => total + Number(row.members), 0);
    // A tier keeps its place by its code: what was renamed is another.
    const place = (code: string | null): number => tiers.findIndex((tier) => tier.code === code);
    const codes = [null, ...tiers.map(({ code }) => code)];
    return {
      members: sum(rows),
      tiers: codes.map((code, index) => ({
        code,
        members: sum(rows.filter((row) => row.wanted === index)),
        members_now: sum(rows.filter((row) => place(row.held) + 1 === index)),
      })),
      up: sum(rows.filter((row) => row.wanted > place(row.held) + 1)),
      down: sum(rows.filter((row) => row.wanted < place(row.held) + 1)),
    };
  }
}
