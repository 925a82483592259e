import { defineError } from '@tallystick/kernel';

export const EntryAltered = defineError({
  code: 'entry_altered',
  kind: 'conflict',
  message: 'This entry is not what was sealed',
  advice: 'Somebody has changed the books: run `verify` on an export, and tell us.',
});
