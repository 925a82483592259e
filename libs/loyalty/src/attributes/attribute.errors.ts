import { defineError } from '@tallystick/kernel';

export const AttributeInUse = defineError({
  code: 'attribute_in_use',
  kind: 'conflict',
  message: 'Members have values of this attribute, so it cannot change this way',
  advice: 'Define another attribute; `errors` names what stays as it is.',
});
