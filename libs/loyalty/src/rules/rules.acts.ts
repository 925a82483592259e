import { defineAct } from '@tallystick/platform';

export const RuleCreated = defineAct({ name: 'earning_rule.created', description: 'An earning rule was drafted' });
export const RuleEdited = defineAct({
  name: 'earning_rule.edited',
  description: 'An earning rule was edited; a published version stays as it is and a new draft is made',
});
export const RuleSubmitted = defineAct({
  name: 'earning_rule.submitted',
  description: 'A draft of an earning rule was submitted for approval',
});
export const RuleApproved = defineAct({
  name: 'earning_rule.approved',
  description: 'A version of an earning rule was approved by another person than its last editor',
});
export const RulePublished = defineAct({
  name: 'earning_rule.published',
  description: 'An approved version of an earning rule was put in force',
});
export const RulePaused = defineAct({ name: 'earning_rule.paused', description: 'An earning rule was paused' });
export const RuleResumed = defineAct({ name: 'earning_rule.resumed', description: 'A paused earning rule was put in force again' });
export const RuleArchived = defineAct({ name: 'earning_rule.archived', description: 'An earning rule was archived for good' });
export const RuleReplayed = defineAct({
  name: 'earning_rule.replayed',
  description: 'A replay of an earning rule over past purchases was asked for',
});
