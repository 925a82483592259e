import { defineError } from '@tallystick/kernel';

export const TierInUse = defineError({
  code: 'tier_in_use',
  kind: 'conflict',
  message: 'Members are in this tier',
  advice: 'Raise its threshold or end its overrides, and remove it when nobody is in it any more.',
});
