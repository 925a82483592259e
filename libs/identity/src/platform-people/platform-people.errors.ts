import { defineError } from '@tallystick/kernel';

export const PlatformAdministered = defineError({
  code: 'platform_administered',
  kind: 'conflict',
  message: 'This platform has a super admin, who invites others',
  advice: 'Ask a super admin for an invitation; who owns the database may insist.',
});
