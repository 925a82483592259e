import { defineError } from '@tallystick/kernel';

export const FileAlreadyReceived = defineError({
  code: 'file_already_received',
  kind: 'conflict',
  message: 'This file was received before',
  advice: 'Nothing is left to do: `errors.file_id` names it. Send other rows under another name.',
});
