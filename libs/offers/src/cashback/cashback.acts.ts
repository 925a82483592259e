import { defineAct } from '@tallystick/platform';

export const CardMatched = defineAct({
  name: 'card_transaction.matched',
  description: 'It was decided at which merchant a card payment was made',
});
export const CardMatchDismissed = defineAct({
  name: 'card_transaction.match_dismissed',
  description: 'It was decided that a card payment was made at none of our merchants',
});
