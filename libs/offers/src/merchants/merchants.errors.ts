import { defineError } from '@tallystick/kernel';

export const IdentifierTaken = defineError({
  code: 'identifier_taken',
  kind: 'conflict',
  message: 'Card transactions know another merchant by this already',
  advice: 'Take the values named in `errors` from the other merchant first; a merchant id, terminal id or descriptor names one merchant.',
});
