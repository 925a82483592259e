import { defineError } from '@tallystick/kernel';

export const BudgetBelowSpent = defineError({
  code: 'budget_below_spent',
  kind: 'conflict',
  message: 'More than this budget was spent already',
  advice: 'Give at least what `errors.spent` says, or end the offer.',
});
