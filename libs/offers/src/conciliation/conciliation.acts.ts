import { defineAct } from '@tallystick/platform';

export const DispersionConfirmed = defineAct({
  name: 'conciliation.dispersion_confirmed',
  description: 'It was confirmed that the cashback of a window was handed on to customers',
});
export const WindowExported = defineAct({ name: 'conciliation.window_exported', description: 'A window of conciliation was exported' });
