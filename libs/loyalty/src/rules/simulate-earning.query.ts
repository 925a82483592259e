import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { readWorld, type KnownMember } from '../points/loyalty-world.query.js';
import type { EarnFact, MemberRef, Purchase } from '../points/points-fact.js';
import type { Program } from '../programs/program.js';
import { NO_STANDING } from './conditions.policy.js';
import { EVERYBODY } from './counters.policy.js';
import { readCounters } from './earning-counters.js';
import { FindRules } from './find-rules.query.js';
import { countersOf, type MeasuredEarning } from './measure-earning.policy.js';
import { countsPurchases } from './rule-definition.policy.js';
import { assessSimulated, simulateEarning } from './simulate-earning.policy.js';

/** A purchase that was not made. Without a member it is that of a new one. */
export interface SimulatedPurchase {
  readonly programId: string;
  readonly member: MemberRef | null;
  readonly purchase: Purchase;
  readonly occurredAt?: Date;
  /** Rules of any status to count in, by their latest version. */
  readonly ruleIds: readonly string[];
}

/** Nobody yet: without tier, segments, attributes or purchases. */
const NEW_MEMBER: KnownMember = { id: EVERYBODY, reference: '', status: 'active', assets: new Set(), ...NO_STANDING };

/** Says what a purchase would earn and why, rule by rule; writes nothing. */
@Injectable()
export class SimulateEarning {
  constructor(private readonly rules: FindRules) {}

  /** Throws `not_found` and what a posting refuses. */
  async execute(tx: ReadTx<TenantContext>, asked: SimulatedPurchase): Promise<{ program: Program; earning: MeasuredEarning }> {
    const fact: EarnFact = {
      kind: 'earn',
      source: { channel: 'simulation', requestId: tx.ctx.requestId },
      member: asked.member ?? { id: NEW_MEMBER.id },
      programId: asked.programId,
      reference: 'simulation',
      earned: { purchase: asked.purchase },
      occurredAt: asked.occurredAt,
    };
    const added = await this.rules.latest(tx, asked.programId, asked.ruleIds);
    const known = await readWorld(tx, [fact], added.length > 0);
    const program = known.program(asked.programId);
    if (!program) throw NotFound.with();
    const { rules, counts } = known.rules(program);
    const world = known.withRules(program, {
      rules: [...rules.filter(({ id }) => !added.some((rule) => rule.id === id)), ...added],
      counts: counts || added.some(({ definition }) => countsPurchases(definition)),
    });
    world.learn([NEW_MEMBER]);
    const assessment = assessSimulated(world, fact);
    return { program, earning: simulateEarning(assessment, await readCounters(tx, countersOf(assessment))) };
  }
}
