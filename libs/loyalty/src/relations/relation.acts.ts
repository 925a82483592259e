import { defineAct } from '@tallystick/platform';

export const RelationAdded = defineAct({
  name: 'member_relation.added',
  description: 'A card, account, device or id was put down to a member',
});
export const RelationRemoved = defineAct({
  name: 'member_relation.removed',
  description: 'A card, account, device or id was taken from a member',
});
