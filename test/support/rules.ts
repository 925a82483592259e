import { requestContext } from '@tallystick/kernel';
import type { EarningRule, RuleDefinition } from '@tallystick/loyalty';
import type { LoyaltyFixture } from './loyalty.js';

/** The content of a rule that gives `points` for 1 of the currency, always; `rest` overrides any field. */
export const ruleOf = (rest: Partial<RuleDefinition> = {}): RuleDefinition => ({
  name: 'Test rule',
  description: null,
  priority: 100,
  stacking: 'stack',
  conditions: {},
  effect: { type: 'points_per_amount', points: '1', per: '1' },
  minimum_points: null,
  caps: {},
  budget: {},
  schedule: { starts_at: null, ends_at: null },
  ...rest,
});

const as = (loyalty: LoyaltyFixture, id: string) => requestContext({ ...loyalty.ctx, actor: { type: 'user' as const, id } });

/** Drafts a rule as one person. */
export const draftRule = (loyalty: LoyaltyFixture, code: string, rest: Partial<RuleDefinition>): Promise<EarningRule> =>
  loyalty.uow.run(as(loyalty, 'maker'), (tx) => loyalty.room.saveRules.create(tx, loyalty.program.id, code, ruleOf(rest)));

/** Has the latest version of a rule approved by another person, and puts it in force. */
export async function publishRule(loyalty: LoyaltyFixture, { id, programId }: EarningRule): Promise<EarningRule> {
  const { decideRules } = loyalty.room;
  await loyalty.uow.run(as(loyalty, 'maker'), (tx) => decideRules.submit(tx, programId, id));
  await loyalty.uow.run(as(loyalty, 'checker'), (tx) => decideRules.approve(tx, programId, id));
  return loyalty.uow.run(as(loyalty, 'maker'), (tx) => decideRules.publish(tx, programId, id));
}

/** A rule in force. */
export const openRule = async (loyalty: LoyaltyFixture, code: string, rest: Partial<RuleDefinition>): Promise<EarningRule> =>
  publishRule(loyalty, await draftRule(loyalty, code, rest));
