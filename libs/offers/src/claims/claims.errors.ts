import { defineError } from '@tallystick/kernel';

export const ClaimEarnsNothing = defineError({
  code: 'claim_earns_nothing',
  kind: 'conflict',
  message: 'The purchase earns nothing, as it stands',
  advice: 'See `errors.reason`: name the merchant, put an offer into force that covers the time of the purchase, or reject the claim.',
});
export const ClaimAlreadyRewarded = defineError({
  code: 'claim_already_rewarded',
  kind: 'conflict',
  message: 'The purchase has been rewarded',
  advice: 'See the card transaction in `errors.transaction_id`.',
});
