import { defineError } from '@tallystick/kernel';

/** Never leaves its transaction: the window stays open past its end, and says why. */
export const WindowDoesNotBalance = defineError({
  code: 'window_does_not_balance',
  kind: 'conflict',
  message: 'The sums of the window differ from what it closes over',
  advice: 'See `problem` of the window for the sums that differ.',
});
