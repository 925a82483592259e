import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ownerAccountId } from '@tallystick/ledger';
import { InvalidState, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { plusDays, type LocalDay } from './local-day.js';
import { EvaluateTiers, outcomeOf } from './evaluate-tiers.operation.js';
import { tieredProgram } from './save-tier-scheme.operation.js';
import { readHistories, type MemberHistory } from './tier-facts.query.js';
import { evaluateTier, overrideTier } from './tier.policy.js';
import type { TieredProgram } from './tiered-programs.query.js';
import { TierOverridden, TierOverrideEnded } from './tiers.acts.js';

type Tx = WriteTx<TenantContext>;

/** Gives a member a tier by hand until a day, whatever the count says, or ends that early. */
@Injectable()
export class OverrideTier {
  constructor(private readonly evaluateTiers: EvaluateTiers) {}

  /** `until` is the last day, in the tenant's zone. Throws `not_found`, `validation_error` for a day that is past or a tier of elsewhere. */
  async give(tx: Tx, programId: string, memberId: string, given: { tier: string; until: LocalDay; reason: string }): Promise<void> {
    const [tiered] = await tieredProgram(tx, programId);
    const { program, tiers, today, now } = tiered;
    const tier = tiers.find(({ id, code }) => id === given.tier || code === given.tier);
    if (!tier) throw ValidationFailed.with({ errors: { tier: ['The program has no such tier.'] } });
    if (given.until < today) throw ValidationFailed.with({ errors: { until: ['Must not be a day that is past.'] } });
    if (given.until > plusDays(today, LONGEST_DAYS))
      throw ValidationFailed.with({ errors: { until: [`Must be within ${LONGEST_DAYS} days.`] } });
    const history = await this.historyOf(tx, tiered, memberId);
    const { evaluated, seen } = outcomeOf(tiered, history);
    const overridden = overrideTier(evaluated, tier.id, given.until, { today, now });
    await this.evaluateTiers.write(tx, tiered, [{ memberId, seen, evaluated: overridden }]);
    tx.audit(TierOverridden, {
      target: { type: 'member', id: memberId },
      before: { program_id: program.id, tier: tiers.find(({ id }) => id === evaluated.standing.tierId)?.code ?? null },
      after: { program_id: program.id, tier: tier.code, until: given.until, reason: given.reason },
    });
  }

  /** The member is where the count says from now on. Throws `not_found`, `invalid_state` when no tier was given by hand. */
  async end(tx: Tx, programId: string, memberId: string): Promise<void> {
    const [tiered] = await tieredProgram(tx, programId);
    const { program, terms, today, now } = tiered;
    const history = await this.historyOf(tx, tiered, memberId);
    const { standing } = outcomeOf(tiered, history).evaluated;
    if (standing.overrideUntil === null) throw InvalidState.with({ message: 'No tier was given to this member by hand.' });
    const yesterday = plusDays(today, -1);
    const lapsed = { ...standing, overrideUntil: yesterday, reviewedOn: yesterday };
    const evaluated = evaluateTier(terms, lapsed, [...history.counted, ...history.fresh], [], { today, now });
    await this.evaluateTiers.write(tx, tiered, [{ memberId, seen: history.seen, evaluated }]);
    tx.audit(TierOverrideEnded, {
      target: { type: 'member', id: memberId },
      before: { program_id: program.id, until: standing.overrideUntil },
    });
  }

  /** Under the lock of the wallet, which postings take too. */
  private async historyOf(tx: Tx, tiered: TieredProgram, memberId: string): Promise<MemberHistory> {
    const wallet = await tx.query('select from ledger_account where tenant_id = $1 and id = $2 for no key update', [
      tx.ctx.tenantId,
      ownerAccountId(tiered.program.assetId, memberId),
    ]);
    if (wallet.length === 0) throw NotFound.with({ errors: { id: ['No such member has a wallet in the program.'] } });
    return (await readHistories(tx, tiered, [memberId]))[0] as MemberHistory;
  }
}

const LONGEST_DAYS = 3_660;
