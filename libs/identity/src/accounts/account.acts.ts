import { defineAct } from '@tallystick/platform';

export const AccountDeletionRequested = defineAct({
  name: 'account_deletion.requested',
  description: 'A person asked that their account be deleted, or was refused',
});
export const AccountDeletionCancelled = defineAct({
  name: 'account_deletion.cancelled',
  description: 'A person kept the account that was to be deleted',
});
export const AccountErased = defineAct({ name: 'account.erased', description: 'What was known of a person was erased, as they had asked' });
