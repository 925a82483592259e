import { defineError } from '@tallystick/kernel';

export const SecondPersonRequired = defineError({
  code: 'second_person_required',
  kind: 'forbidden',
  message: 'Who edited this last cannot approve it',
  advice: 'Ask another person who may approve.',
});
