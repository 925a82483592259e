import { defineAct } from '@tallystick/platform';

export const MfaEnabled = defineAct({ name: 'mfa.enabled', description: 'A person set up a second factor, or was refused to' });
export const MfaReplaced = defineAct({ name: 'mfa.replaced', description: 'A person replaced their authenticator app, or was refused to' });
export const MfaDisabled = defineAct({ name: 'mfa.disabled', description: 'A person removed their second factor, or was refused to' });
export const MfaReset = defineAct({ name: 'mfa.reset', description: 'A super admin took the second factor from a person who had lost it' });
export const MfaLockedOut = defineAct({ name: 'mfa.locked', description: 'Too many wrong codes locked an authenticator app for a time' });
export const RecoveryCodeUsed = defineAct({
  name: 'mfa.recovery_code_used',
  description: 'A recovery code took the place of a second factor',
});
export const RecoveryCodesRenewed = defineAct({
  name: 'mfa.recovery_codes_renewed',
  description: 'A person got new recovery codes, which void the old, or was refused them',
});
