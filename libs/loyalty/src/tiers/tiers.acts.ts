import { defineAct } from '@tallystick/platform';

export const TierCreated = defineAct({ name: 'tier.created', description: 'A tier was added to a program' });
export const TierUpdated = defineAct({ name: 'tier.updated', description: 'A tier of a program was changed' });
export const TierDeleted = defineAct({ name: 'tier.deleted', description: 'A tier of a program was removed' });
export const TierSchemeChanged = defineAct({
  name: 'tier_scheme.changed',
  description: 'How the tiers of a program are reached and lost was changed',
});
export const TierOverridden = defineAct({ name: 'member_tier.overridden', description: 'A member was given a tier by hand, until a day' });
export const TierOverrideEnded = defineAct({
  name: 'member_tier.override_ended',
  description: 'A tier given by hand was taken back before its day',
});
