import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { tieredProgram } from './save-tier-scheme.operation.js';
import type { Tier, TierChangeReason, TierScheme } from './tier.js';

/** A tier with how many members are in it. */
export interface CountedTier extends Tier {
  readonly members: number;
}

/** A member of a tier. */
export interface TierMember {
  readonly member_id: string;
  readonly reference: string;
  readonly since: string;
  readonly valid_until: string | null;
  readonly grace_until: string | null;
  readonly override_until: string | null;
}

/** A change in a member's history. */
export interface TierHistoryEntry {
  readonly id: string;
  readonly program_id: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: TierChangeReason;
  readonly changed_at: string;
}

type Tx = ReadTx<TenantContext>;

/** Reads the tiers of programs and who is in them. */
@Injectable()
export class FindTiers {
  /** How the tiers of a program are reached and lost. Throws `not_found`. */
  async scheme(tx: Tx, programId: string): Promise<TierScheme> {
    const [tiered] = await tieredProgram(tx, programId);
    return tiered.terms.scheme;
  }

  /** The tiers of a program from the lowest to the highest. Throws `not_found`. */
  async list(tx: Tx, programId: string): Promise<CountedTier[]> {
    const [{ tiers }] = await tieredProgram(tx, programId);
    const counts = await tx.query<{ tier_id: string; members: string }>(
      'select tier_id, count(*) as members from member_tier where tenant_id = $1 and tier_id = any($2::uuid[]) group by tier_id',
      [tx.ctx.tenantId, tiers.map(({ id }) => id)],
    );
    const members = new Map(counts.map((row) => [row.tier_id, Number(row.members)]));
    return tiers.map((tier) => ({ ...tier, members: members.get(tier.id) ?? 0 }));
  }

  /** Throws `not_found`. */
  async byId(tx: Tx, programId: string, id: string): Promise<CountedTier> {
    const tier = (await this.list(tx, programId)).find((one) => one.id === id);
    if (!tier) throw NotFound.with();
    return tier;
  }

  /** Up to `limit` members of a tier by id, after one. Throws `not_found`. */
  async members(tx: Tx, programId: string, id: string, page: { limit: number; after?: string }): Promise<TierMember[]> {
    await this.byId(tx, programId, id);
    const rows = await tx.query<Omit<TierMember, 'since'> & { since: Date }>(
      `select t.member_id, m.reference, t.since, t.valid_until::text, t.grace_until::text, t.override_until::text
       from member_tier t join member m on m.tenant_id = t.tenant_id and m.id = t.member_id
       where t.tenant_id = $1 and t.tier_id = $2 and ($3::uuid is null or t.member_id > $3) order by t.member_id limit $4`,
      [tx.ctx.tenantId, id, page.after ?? null, page.limit],
    );
    return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
  }

  /** Up to `limit` changes of a member's tiers, the last first, before one. Throws `not_found` for an unknown member. */
  async history(tx: Tx, memberId: string, filter: { programId?: string; limit: number; before?: string }): Promise<TierHistoryEntry[]> {
    const known = await tx.query('select from member where tenant_id = $1 and id = $2', [tx.ctx.tenantId, memberId]);
    if (known.length === 0) throw NotFound.with();
    const rows = await tx.query<Omit<TierHistoryEntry, 'changed_at'> & { changed_at: Date }>(
      `select id, program_id, from_code as "from", to_code as "to", reason, changed_at from member_tier_change
       where tenant_id = $1 and member_id = $2 and ($3::uuid is null or program_id = $3) and ($4::uuid is null or id < $4)
       order by id desc limit $5`,
      [tx.ctx.tenantId, memberId, filter.programId ?? null, filter.before ?? null, filter.limit],
    );
    return rows.map((row) => ({ ...row, changed_at: row.changed_at.toISOString() }));
  }
}
