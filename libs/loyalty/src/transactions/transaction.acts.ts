import { defineAct } from '@tallystick/platform';

export const TransactionRefunded = defineAct({
  name: 'transaction.refunded',
  description: 'Staff refunded a transaction, whole or in part',
});
export const TransactionVoided = defineAct({ name: 'transaction.voided', description: 'Staff voided a pending transaction' });
