import { defineAct } from '@tallystick/platform';

export const DispersionConfirmed = defineAct({
  name: 'conciliation.dispersion_confirmed',
  description: 'It was confirmed that the cashback of a window was handed on to customers',
});
export const WindowExported = defineAct({ name: 'conciliation.window_exported', description: 'A window of conciliation was exported' });
export const SettlementFileReceived = defineAct({ name: 'settlement_file.received', description: 'A settlement file was uploaded' });
export const DifferenceChanged = defineAct({
  name: 'conciliation_difference.changed',
  description: 'A difference between settlement file, card transactions and ledger was given to somebody, resolved or opened again',
});
