import { defineAct } from '@tallystick/platform';

export const SandboxClockAdvanced = defineAct({
  name: 'sandbox_clock.advanced',
  description: 'The clock of a sandbox was set forward; the work of the days in between is done as if they had passed',
});
