import { Money, type TenantContext } from '@tallystick/kernel';
import type { LedgerCommand, LedgerState, LedgerTransaction } from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { readHistories } from '../tiers/tier-facts.query.js';
import { TierCourse } from '../tiers/tier.policy.js';
import { readTieredPrograms, type TieredProgram } from '../tiers/tiered-programs.query.js';
import type { KnownMember, LoyaltyWorld } from './loyalty-world.query.js';
import type { Plan } from './plan.js';
import type { PointsFact } from './points-fact.js';

/** A member who comes more than once in a list, on the way through the tiers of a program. */
interface Walk {
  readonly tiered: TieredProgram;
  readonly course: TierCourse;
}

/** Whose earnings and reversals of a list count towards tiers of which program; `program/member`. */
function countedIn(fact: PointsFact, world: LoyaltyWorld): { programId: string; memberId: string } | undefined {
  if (fact.kind === 'earn' || fact.kind === 'refund') {
    const [program, member] = [world.program(fact.programId), world.member(fact.member)];
    return program?.tiered && member ? { programId: program.id, memberId: member.id } : undefined;
  }
  const subject = 'transactionId' in fact ? world.subject(fact.transactionId) : undefined;
  const program = subject?.kind === 'earn' ? world.programOfAsset(subject.assetId) : undefined;
  const member = subject && world.member({ id: subject.ownerId });
  return program?.tiered && member ? { programId: program.id, memberId: member.id } : undefined;
}

/**
 * The tiers of a list's members as its purchases change them: the one that crosses a threshold lifts the next one of the same list, as it
 * would the next list. What is decided here is not kept; `EvaluateTiers` comes to the same from the ledger.
 */
export class TierBook {
  private constructor(
    private readonly walks: ReadonlyMap<string, Walk>,
    private readonly zone: string,
  ) {}

  /** Reads the standing of members who come more than once; no statement where there are none. */
  static async open(tx: WriteTx<TenantContext>, facts: readonly PointsFact[], world: LoyaltyWorld): Promise<TierBook> {
    const walks = new Map<string, Walk>();
    if (facts.length < 2 || !world.hasTiers) return new TierBook(walks, world.zone);
    const counts = new Map<string, Map<string, number>>();
    for (const fact of facts) {
      const counted = countedIn(fact, world);
      if (!counted) continue;
      const members = counts.get(counted.programId) ?? new Map<string, number>();
      counts.set(counted.programId, members.set(counted.memberId, (members.get(counted.memberId) ?? 0) + 1));
    }
    const often = [...counts].flatMap(([programId, members]) => {
      const ids = [...members].flatMap(([id, times]) => (times > 1 ? [id] : []));
      return ids.length > 0 ? [[programId, ids] as const] : [];
    });
    if (often.length === 0) return new TierBook(walks, world.zone);
    const tiered = await readTieredPrograms(
      tx,
      often.map(([programId]) => programId),
    );
    for (const program of tiered) {
      const ids = often.find(([programId]) => programId === program.program.id)?.[1] ?? [];
      for (const { memberId, standing, counted, fresh } of await readHistories(tx, program, ids))
        walks.set(`${program.program.id}/${memberId}`, {
          tiered: program,
          course: TierCourse.upTo(program.terms, standing, counted, fresh, program),
        });
    }
    return new TierBook(walks, world.zone);
  }

  /** The member with the tier of this turn; the member as given where the list does not change it. */
  atThisTurn(programId: string, member: KnownMember): KnownMember {
    const walk = this.walks.get(`${programId}/${member.id}`);
    return walk ? withTier(programId, member, walk, walk.course.tierId) : member;
  }

  /** The member in each tier that there is, for what must be known before any turn comes. */
  inAnyTier(programId: string, member: KnownMember): KnownMember[] {
    const walk = this.walks.get(`${programId}/${member.id}`);
    return walk ? walk.tiered.tiers.map(({ id }) => withTier(programId, member, walk, id)) : [];
  }

  /** The command of a plan; what it posts is taken into the course of its member. */
  watch({ program, member }: Plan, command: LedgerCommand): LedgerCommand {
    const walk = this.walks.get(`${program.id}/${member.id}`);
    if (!walk) return command;
    return {
      ...command,
      posted: (transaction, state) => {
        command.posted?.(transaction, state);
        const earned = transaction.kind === 'earn' ? transaction : state.transactions.get(transaction.refId ?? '');
        if (earned?.kind !== 'earn') return;
        const amount = transaction === earned ? earnedBy(earned, walk) : -takenBack(earned, transaction, walk, state);
        const day = DateTime.fromJSDate(earned.effectiveAt, { zone: this.zone }).toISODate() as string;
        walk.course.meet({ day, amount, recordedOn: walk.tiered.today, at: transaction.recordedAt });
      },
    };
  }
}

function withTier(programId: string, member: KnownMember, { tiered }: Walk, tierId: string | null): KnownMember {
  const tiers = new Map(member.tiers);
  const tier = tiered.tiers.find(({ id }) => id === tierId);
  if (tier) tiers.set(programId, { code: tier.code, multiplier: tier.earnMultiplier });
  else tiers.delete(programId);
  return { ...member, tiers };
}

/** What of an earning counts, as `activity` reads it from the ledger. */
function earnedBy({ amount, details }: LedgerTransaction, { tiered: { terms, program } }: Walk): bigint {
  const { basis } = terms.scheme;
  if (basis === 'points') return amount;
  const purchase = details?.purchase as { amount: string; currency: string; paid_with_points?: string } | undefined;
  if (!purchase) return 0n;
  if (basis === 'purchases') return 1n;
  if (purchase.currency !== program.terms.currency) return 0n;
  const [whole, paid] = [purchase.amount, purchase.paid_with_points ?? '0'].map((text) => Money.parse(text, purchase.currency) as Money);
  return whole!.minor - paid!.minor;
}

/** What of it a reversal takes back. */
function takenBack(earned: LedgerTransaction, reversal: LedgerTransaction, walk: Walk, state: LedgerState): bigint {
  const { basis } = walk.tiered.terms.scheme;
  const whole = reversal.once === 'reversal';
  if (basis === 'points') return reversal.due ?? 0n;
  const all = earnedBy(earned, walk);
  if (basis === 'purchases') return whole ? all : 0n;
  const shareOf = ({ part, whole: of }: LedgerTransaction): bigint => (of ? (all * (part ?? 0n)) / of : 0n);
  if (!whole) return shareOf(reversal);
  const others = (state.reversals.get(earned.id) ?? []).filter(({ id }) => id !== reversal.id);
  return all - others.reduce((sum, other) => sum + shareOf(other), 0n);
}
