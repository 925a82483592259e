import { FindAccountDeletions } from './account-deletions.query.js';
import { CancelAccountDeletion } from './cancel-account-deletion.operation.js';
import { DeletionReceipts } from './deletion-receipt.js';
import { LastAdminRule } from './last-admin.js';
import { RequestAccountDeletion } from './request-account-deletion.operation.js';

/** What people do with their account as a whole, for the module. */
export const accountOperations = [CancelAccountDeletion, DeletionReceipts, FindAccountDeletions, LastAdminRule, RequestAccountDeletion];
