import { defineAct } from '@tallystick/platform';

export const UserRoleChanged = defineAct({ name: 'user.role_changed', description: 'A person got another role in the tenant' });
export const UserSuspended = defineAct({ name: 'user.suspended', description: 'A person was suspended in the tenant' });
export const UserRestored = defineAct({ name: 'user.restored', description: 'A suspended person was let in again' });
export const UserSignedOut = defineAct({ name: 'user.signed_out', description: 'The sessions of a person in the tenant were ended' });
export const UserRemoved = defineAct({ name: 'user.removed', description: 'A person was removed from the tenant' });
