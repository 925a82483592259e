import { RefundByStaff } from './refund-by-staff.operation.js';
import { CountTransactions } from './transaction-analytics.query.js';
import { VoidByStaff } from './void-by-staff.operation.js';

/** What is told of transactions, and what staff do with them, for the module. */
export const TRANSACTION_OPERATIONS = [CountTransactions, RefundByStaff, VoidByStaff];
