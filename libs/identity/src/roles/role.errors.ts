import { defineError } from '@tallystick/kernel';

export const RoleInUse = defineError({
  code: 'role_in_use',
  kind: 'conflict',
  message: 'This role is in use',
  advice: 'Give its people another role and revoke the invitations that name it; then delete it.',
});
export const TooManyRoles = defineError({
  code: 'too_many_roles',
  kind: 'conflict',
  message: 'This tenant has as many roles as it can have',
  advice: 'Delete a role that nobody has.',
});
