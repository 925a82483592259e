import { BeginExport } from './begin-export.operation.js';
import { ExportTransactions } from './export-transactions.query.js';
import { PreviewPosting } from './preview-posting.js';
import { RefundByStaff } from './refund-by-staff.operation.js';
import { CountTransactions } from './transaction-analytics.query.js';
import { VoidByStaff } from './void-by-staff.operation.js';

/** What is told of transactions, and what staff do with them, for the module. */
export const TRANSACTION_OPERATIONS = [BeginExport, CountTransactions, ExportTransactions, PreviewPosting, RefundByStaff, VoidByStaff];
