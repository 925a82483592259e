import { defineAct } from '@tallystick/platform';

export const TransactionRefunded = defineAct({
  name: 'transaction.refunded',
  description: 'Staff refunded a transaction, whole or in part',
});
export const TransactionsExported = defineAct({ name: 'transactions.exported', description: 'Transactions were exported as CSV' });
export const StatementExported = defineAct({ name: 'wallet.statement_exported', description: "A wallet's statement was exported as CSV" });
export const TransactionVoided = defineAct({ name: 'transaction.voided', description: 'Staff voided a pending transaction' });
