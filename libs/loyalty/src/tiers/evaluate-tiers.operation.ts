import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { ownerAccountId } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import { readHistories, startOfDay, type MemberHistory } from './tier-facts.query.js';
import { evaluateTier, type Evaluated, type TierMove } from './tier.policy.js';
import type { TierChangeReason } from './tier.js';
import { readTieredPrograms, type TieredProgram } from './tiered-programs.query.js';
import { MemberTierChanged, type NamedTier } from './tiers.events.js';

type Tx = WriteTx<TenantContext>;

/** A standing to be written, with what became of it. */
export interface Outcome {
  readonly memberId: string;
  readonly seen: bigint;
  readonly evaluated: Pick<Evaluated, 'standing' | 'moves' | 'reviewOn'>;
}

/** How far back members are looked for who were enrolled since the last look: a transaction that enrolls takes no longer. */
const OVERLAP = '10 minutes';

/**
 * Takes members' standing in the tiers of a program to the tenant's present moment. It reads what they did from the ledger, decides by
 * `evaluateTier`, and writes: three statements whatever the number of members, nothing new when run again.
 */
@Injectable()
export class EvaluateTiers {
  /** Looks at members of a program, who may be many; those without a wallet there are left out. */
  async execute(tx: Tx, programId: string, memberIds: readonly string[]): Promise<void> {
    const [tiered] = await readTieredPrograms(tx, [programId]);
    if (tiered) await this.evaluate(tx, tiered, await this.lock(tx, tiered, memberIds));
  }

  /**
   * What postings changed, in their transaction: the next one counts by the new tier, whichever way either came in. The accounts are
   * locked by the posting; only programs with tiers come here. `first` is the number of the first transaction of the list: a newcomer goes
   * through it fact by fact, as if each had come alone.
   */
  async afterPosting(tx: Tx, touched: ReadonlyMap<string, ReadonlySet<string>>, first: bigint): Promise<void> {
    if (touched.size === 0) return;
    for (const tiered of await readTieredPrograms(tx, [...touched.keys()]))
      await this.evaluate(tx, tiered, [...(touched.get(tiered.program.id) ?? [])], first - 1n);
  }

  /** Looks at up to `limit` members with a wallet in a program, in the order of their ids after one; answers who they were. */
  async executeAll(tx: Tx, programId: string, after: string | null, limit: number): Promise<string[]> {
    const [tiered] = await readTieredPrograms(tx, [programId]);
    if (!tiered) return [];
    const rows = await tx.query<{ owner_id: string }>(
      `select owner_id from ledger_account where tenant_id = $1 and asset_id = $2 and owner_type = 'member' and successor_id is null and ($3::uuid is null or owner_id > $3)
       order by owner_id limit $4`,
      [tx.ctx.tenantId, tiered.program.assetId, after, limit],
    );
    const memberIds = rows.map((row) => row.owner_id);
    await this.evaluate(tx, tiered, await this.lock(tx, tiered, memberIds));
    return memberIds;
  }

  /** Looks at up to `limit` members of the tenant for whom the day brings something, and answers how many there were. */
  async executeDue(tx: Tx, limit = 500): Promise<number> {
    for (const tiered of await readTieredPrograms(tx, null)) {
      const due = await tx.query<{ member_id: string }>(
        'select member_id from member_tier where tenant_id = $1 and program_id = $2 and review_on <= $3 order by review_on limit $4',
        [tx.ctx.tenantId, tiered.program.id, tiered.today, limit],
      );
      const memberIds = due.length > 0 ? due.map((row) => row.member_id) : await this.newcomers(tx, tiered, limit);
      await this.evaluate(tx, tiered, await this.lock(tx, tiered, memberIds));
      if (memberIds.length > 0) return memberIds.length;
    }
    return 0;
  }

  /** Writes standings that were decided elsewhere, with their history and events. */
  async write(tx: Tx, { program, tiers, zone }: TieredProgram, outcomes: readonly Outcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const standings = outcomes.map(({ evaluated }) => evaluated.standing);
    await tx.query(
      `insert into member_tier (tenant_id, program_id, member_id, tier_id, since, valid_until, grace_until, override_until, reviewed_on, review_on, seen_number)
       select $1, $2, r.* from unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::date[], $7::date[], $8::date[], $9::date[], $10::date[], $11::bigint[]) as r
       on conflict (tenant_id, program_id, member_id) do update set tier_id = excluded.tier_id, since = excluded.since,
         valid_until = excluded.valid_until, grace_until = excluded.grace_until, override_until = excluded.override_until,
         reviewed_on = excluded.reviewed_on, review_on = excluded.review_on, seen_number = excluded.seen_number`,
      [
        tx.ctx.tenantId,
        program.id,
        outcomes.map(({ memberId }) => memberId),
        standings.map(({ tierId }) => tierId),
        standings.map(({ since }) => since.at ?? startOfDay(since.day, zone)),
        standings.map(({ validUntil }) => validUntil),
        standings.map(({ graceUntil }) => graceUntil),
        standings.map(({ overrideUntil }) => overrideUntil),
        standings.map(({ reviewedOn }) => reviewedOn),
        outcomes.map(({ evaluated }) => evaluated.reviewOn),
        outcomes.map(({ seen }) => seen),
      ],
    );
    const named = new Map(tiers.map(({ id, code, name, rank }): [string, NamedTier] => [id, { id, code, name, rank }]));
    const tierOf = (id: string | null): NamedTier | null => (id === null ? null : (named.get(id) ?? null));
    await this.tell(
      tx,
      program.id,
      outcomes.flatMap(({ memberId, evaluated }) =>
        evaluated.moves.map((move) => ({
          memberId,
          from: tierOf(move.from),
          to: tierOf(move.to),
          reason: move.reason,
          changedAt: momentOf(move, zone),
        })),
      ),
    );
  }

  private async evaluate(tx: Tx, tiered: TieredProgram, memberIds: readonly string[], newcomersSeen?: bigint): Promise<void> {
    if (memberIds.length === 0) return;
    const histories = await readHistories(tx, tiered, memberIds, newcomersSeen);
    await this.write(
      tx,
      tiered,
      histories.map((history) => outcomeOf(tiered, history)),
    );
  }

  private async tell(tx: Tx, programId: string, changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    await tx.query(
      `insert into member_tier_change (tenant_id, program_id, id, member_id, from_code, to_code, reason, changed_at, recorded_at)
       select $1, $2, r.id, r.member_id, r.from_code, r.to_code, r.reason, r.changed_at, tenant_now()
       from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]) as r(id, member_id, from_code, to_code, reason, changed_at)`,
      [
        tx.ctx.tenantId,
        programId,
        changes.map(() => newId()),
        changes.map(({ memberId }) => memberId),
        changes.map(({ from }) => from?.code ?? null),
        changes.map(({ to }) => to?.code ?? null),
        changes.map(({ reason }) => reason),
        changes.map(({ changedAt }) => changedAt),
      ],
    );
    for (const { memberId, from, to, reason, changedAt } of changes)
      tx.emit(MemberTierChanged, {
        member_id: memberId,
        program_id: programId,
        from,
        to,
        reason,
        changed_at: changedAt.toISOString(),
      });
  }

  /** Waits for postings of these members under way, in the ledger's order of locks. Answers who has a wallet. */
  private async lock(tx: Tx, { program }: TieredProgram, memberIds: readonly string[]): Promise<string[]> {
    if (memberIds.length === 0) return [];
    const rows = await tx.query<{ owner_id: string }>(
      'select owner_id from ledger_account where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update',
      [tx.ctx.tenantId, memberIds.map((id) => ownerAccountId(program.assetId, id))],
    );
    return rows.map((row) => row.owner_id);
  }

  /** Members enrolled since the last look whom no posting has brought here yet. */
  private async newcomers(tx: Tx, { program, now }: TieredProgram, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select m.id from member m join ledger_account a on a.tenant_id = m.tenant_id and a.owner_id = m.id and a.asset_id = $3 and a.successor_id is null
       where m.tenant_id = $1 and m.created_at >= (select s.swept_to - interval '${OVERLAP}' from tier_scheme s where s.tenant_id = $1 and s.program_id = $2)
         and not exists (select from member_tier t where t.tenant_id = $1 and t.program_id = $2 and t.member_id = m.id)
       order by m.created_at, m.id limit $4`,
      [tx.ctx.tenantId, program.id, program.assetId, limit],
    );
    if (rows.length < limit)
      await tx.query(
        `update tier_scheme set swept_to = $3::timestamptz where tenant_id = $1 and program_id = $2 and swept_to < $3::timestamptz - interval '${OVERLAP}'`,
        [tx.ctx.tenantId, program.id, now],
      );
    return rows.map((row) => row.id);
  }
}

interface Change {
  readonly memberId: string;
  readonly from: NamedTier | null;
  readonly to: NamedTier | null;
  readonly reason: TierChangeReason;
  readonly changedAt: Date;
}

/** What a member's history comes to now. */
export function outcomeOf({ terms, today, now }: TieredProgram, history: MemberHistory): Outcome & { evaluated: Evaluated } {
  const { memberId, standing, counted, fresh, seen } = history;
  return { memberId, seen, evaluated: evaluateTier(terms, standing, counted, fresh, { today, now }) };
}

const momentOf = ({ at, day }: TierMove, zone: string): Date => at ?? startOfDay(day, zone);
