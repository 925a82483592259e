import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { FIRSTS, PURCHASES } from '../rules/counters.policy.js';
import { lockCounters, writeCounters } from '../rules/earning-counters.js';
import { EvaluateTiers } from '../tiers/evaluate-tiers.operation.js';
import { readHistories, type MemberHistory } from '../tiers/tier-facts.query.js';
import { readTieredPrograms, type TieredProgram } from '../tiers/tiered-programs.query.js';

type Tx = WriteTx<TenantContext>;

/** Who stood how in the tiers of a program before two became one. */
export interface StoodInTiers {
  readonly tiered: TieredProgram;
  readonly from: MemberHistory;
  readonly to: MemberHistory;
}

/**
 * Carries over what a merged member has used and reached: caps and counts of rules add up, the higher of two tiers is kept and then looked
 * at anew with what both did. Limits of cycles need no carrying: they are counted from what both redeemed.
 */
@Injectable()
export class MoveStanding {
  constructor(private readonly evaluateTiers: EvaluateTiers) {}

  /** Adds up the counters of both, in the order of postings: before the wallets are locked. */
  async counters(tx: Tx, from: string, to: string): Promise<void> {
    const { tenantId } = tx.ctx;
    const counted = await tx.query<{ scope_id: string }>(
      'select distinct scope_id from earning_counter where tenant_id = $1 and member_id = any($2::uuid[]) and period = $3',
      [tenantId, [from, to], PURCHASES],
    );
    // Where one's purchases are counted, the other's are from now on: from the ledger, each from their own wallet still.
    const keys = counted.flatMap(({ scope_id: scope }) =>
      [from, to].flatMap((member) => [PURCHASES, FIRSTS].map((period) => ({ scope, member, period }))),
    );
    await writeCounters(tx, await lockCounters(tx, keys));
    await tx.query(
      `insert into earning_counter (tenant_id, scope_id, member_id, period, used, ends_on)
       select tenant_id, scope_id, $3, period, used, ends_on from earning_counter where tenant_id = $1 and member_id = $2
       order by scope_id, period
       on conflict (tenant_id, scope_id, member_id, period) do update set used = case when excluded.period = $4
         then greatest(earning_counter.used, excluded.used) else earning_counter.used + excluded.used end`,
      [tenantId, from, to, FIRSTS],
    );
    await tx.query('delete from earning_counter where tenant_id = $1 and member_id = $2', [tenantId, from]);
  }

  /** How both stand in the tiers of each program, before anything is moved. */
  async tiersOf(tx: Tx, from: string, to: string): Promise<StoodInTiers[]> {
    const stood: StoodInTiers[] = [];
    for (const tiered of await readTieredPrograms(tx, null)) {
      const [ofFrom, ofTo] = await readHistories(tx, tiered, [from, to]);
      stood.push({ tiered, from: ofFrom!, to: ofTo! });
    }
    return stood;
  }

  /** Gives the one who goes on the higher tier of the two, with its dates, and looks at it with what both did. */
  async tiers(tx: Tx, stood: readonly StoodInTiers[]): Promise<void> {
    for (const { tiered, from, to } of stood) {
      const rankOf = (id: string | null | undefined): number => tiered.tiers.find((tier) => tier.id === id)?.rank ?? -1;
      const [own, other] = [to.standing?.tierId ?? null, from.standing?.tierId ?? null];
      if (from.standing && rankOf(other) > rankOf(own)) {
        const move = { from: own, to: other, reason: own === null ? 'entered' : 'upgraded', day: tiered.today, at: tiered.now } as const;
        const evaluated = { standing: { ...from.standing, reviewedOn: tiered.today }, moves: [move], reviewOn: tiered.today };
        await this.evaluateTiers.write(tx, tiered, [{ memberId: to.memberId, seen: from.seen > to.seen ? from.seen : to.seen, evaluated }]);
      }
      await tx.query('delete from member_tier where tenant_id = $1 and program_id = $2 and member_id = $3', [
        tx.ctx.tenantId,
        tiered.program.id,
        from.memberId,
      ]);
      await this.evaluateTiers.execute(tx, tiered.program.id, [to.memberId]);
    }
  }
}
