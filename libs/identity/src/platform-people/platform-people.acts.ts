import { defineAct } from '@tallystick/platform';

export const PlatformRoleChanged = defineAct({
  name: 'platform_user.role_changed',
  description: 'A person got another role on the platform',
});
export const PlatformUserSuspended = defineAct({ name: 'platform_user.suspended', description: 'A person of the platform was suspended' });
export const PlatformUserRestored = defineAct({
  name: 'platform_user.restored',
  description: 'A suspended person of the platform was let in again',
});
