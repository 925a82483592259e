import { defineError } from '@tallystick/kernel';

export const LastAdmin = defineError({
  code: 'last_admin',
  kind: 'conflict',
  message: 'This is the last admin, who cannot be removed, suspended or given a lower role',
  advice: 'Make somebody else an admin first.',
});
