import { defineError } from '@tallystick/kernel';

/** Never leaves its transaction: the window stays open past its end, and says why. */
export const WindowDoesNotBalance = defineError({
  code: 'window_does_not_balance',
  kind: 'conflict',
  message: 'The sums of the window differ from what it closes over',
  advice: 'See `problem` of the window for the sums that differ.',
});

export const SettlementFileAlreadyReceived = defineError({
  code: 'settlement_file_already_received',
  kind: 'conflict',
  message: 'This settlement file was received before',
  advice: 'Nothing is left to do: `errors.file_id` names it. Send other rows under another name.',
});
