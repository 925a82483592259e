import { defineError } from '@tallystick/kernel';

export const NotASandbox = defineError({
  code: 'not_a_sandbox',
  kind: 'conflict',
  message: 'Only a sandbox has a clock of its own',
  advice: 'Ask in the sandbox twin of this tenant.',
});
