import { defineAct } from '@tallystick/platform';

export const PasswordChanged = defineAct({ name: 'password.changed', description: 'A person changed their password' });
export const PasswordReset = defineAct({ name: 'password.reset', description: 'A person chose a new password by a mailed link or code' });
