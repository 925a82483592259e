import { defineAct } from '@tallystick/platform';

export const RoleCreated = defineAct({ name: 'role.created', description: 'A role of the tenant was made' });
export const RoleChanged = defineAct({ name: 'role.changed', description: 'A role of the tenant was changed' });
export const RoleDeleted = defineAct({ name: 'role.deleted', description: 'A role of the tenant was deleted' });
