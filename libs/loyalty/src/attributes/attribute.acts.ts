import { defineAct } from '@tallystick/platform';

export const AttributeDefined = defineAct({ name: 'member_attribute.defined', description: 'An attribute of members was defined' });
export const AttributeChanged = defineAct({ name: 'member_attribute.changed', description: 'The definition of an attribute was changed' });
export const AttributeRemoved = defineAct({ name: 'member_attribute.removed', description: 'An attribute that nobody had was removed' });
