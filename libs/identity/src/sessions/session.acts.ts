import { defineAct } from '@tallystick/platform';

export const SignedOut = defineAct({ name: 'session.signed_out', description: 'A person signed out, on one device or on all' });
export const SessionRevoked = defineAct({ name: 'session.revoked', description: 'A person ended another session of theirs' });
export const RefreshTokenReused = defineAct({
  name: 'refresh_token.reused',
  description: 'A refresh token came a second time: somebody else may have it, so its session ended',
});
