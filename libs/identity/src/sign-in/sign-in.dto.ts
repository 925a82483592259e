import { Choice, Flag, Integer, Nested, Text, Uuid, ValidationFailed } from '@tallystick/platform';
import { ACCESS_TOKEN_SECONDS } from '../access/access-token-signer.js';
import { MfaCodeField } from '../mfa/mfa.dto.js';
import { PasscodeText } from '../passcodes/passcode.dto.js';
import { SESSION_SECRET_FORM } from '../sessions/session-secret.policy.js';
import type { SignedIn, SignInInput } from './sign-in.operation.js';
import type { SignInProof } from './sign-in-proofs.js';
import type { TokenPair } from './token-pairs.js';
import { UserProfileDto } from './user-profile.dto.js';

/** What a person signs in with: their password, or a mailed code. */
export class SignInDto {
  @Text({ max: 254, description: 'The e-mail address.', example: 'admin@demo.example' })
  username: string;

  @Text({
    optional: true,
    max: 128,
    description: 'Exactly as typed. Either this, or `challenge_id` and `otp`.',
    example: 'correct horse battery staple',
  })
  password?: string;

  @Uuid({ optional: true, description: 'With `otp`, in place of `password`: of a code of the purpose `login` for this `username`.' })
  challenge_id?: string;

  @PasscodeText(true)
  otp?: string;

  @MfaCodeField({ optional: true, description: 'For who has a second factor: the code of the authenticator app, or a recovery code.' })
  mfa_code?: string;

  @Text({
    optional: true,
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    hint: 'Must be the slug of a tenant.',
    description: 'The tenant to sign in to, for people who belong to several; left out, the first one.',
    example: 'demo',
  })
  tenant?: string;

  /** Throws `validation_error` unless there is exactly one of the two ways, whole. */
  static read(body: SignInDto): Omit<SignInInput, 'kind'> {
    const { username, mfa_code: mfaCode, tenant } = body;
    return { username, proof: proofOf(body), mfaCode, tenant };
  }
}

/** The body of a sign-in, as the contract shows it. */
export const SIGN_IN_EXAMPLE = { username: 'admin@demo.example', password: 'correct horse battery staple' };

function proofOf({ password, challenge_id: challengeId, otp }: SignInDto): SignInProof {
  if (password !== undefined && challengeId === undefined && otp === undefined) return { password };
  if (password === undefined && challengeId !== undefined && otp !== undefined) return { challengeId, code: otp };
  const given = { password, challenge_id: challengeId, otp };
  // Of two ways at once all that was sent is wrong, of none or of half a way what is missing.
  const wrong = Object.entries(given).filter(([name, value]) =>
    password === undefined ? value === undefined && (name !== 'password' || (challengeId ?? otp) === undefined) : value !== undefined,
  );
  throw ValidationFailed.with({
    errors: Object.fromEntries(wrong.map(([name]) => [name, ['Send either `password`, or `challenge_id` and `otp`.']])),
  });
}

const RefreshTokenField = (options: { optional?: true; description: string }): PropertyDecorator =>
  Text({
    min: 43,
    max: 43,
    pattern: SESSION_SECRET_FORM,
    hint: 'Must be a refresh token.',
    example: 'dGhlIHNhbXBsZSByZWZyZXNoIHRva2VuIG9mIGFzaGE',
    ...options,
  });

/** Asks for the next pair of tokens. */
export class RefreshDto {
  @RefreshTokenField({ description: 'Works once: the answer holds the next one.' })
  refresh_token: string;
}

/** Which sessions end. */
export class SignOutDto {
  @RefreshTokenField({ optional: true, description: 'Of a session of the same person, which ends too.' })
  refresh_token?: string;

  @Flag({ optional: true, description: 'Ends all sessions of the person.', example: false })
  all_devices?: boolean;
}

/** What a session is carried by. */
export class TokenPairDto {
  @Text({ max: 4_096, description: 'Send as `Authorization: Bearer`.', example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' })
  access_token: string;

  @RefreshTokenField({ description: 'Gets the next pair, once; sent a second time, it ends the session.' })
  refresh_token: string;

  @Choice(['Bearer'])
  token_type: 'Bearer';

  @Integer({ min: 1, max: ACCESS_TOKEN_SECONDS, description: 'Seconds.', example: ACCESS_TOKEN_SECONDS })
  expires_in: number;

  static from({ accessToken, refreshToken, expiresIn }: TokenPair): TokenPairDto {
    return { access_token: accessToken, refresh_token: refreshToken, token_type: 'Bearer', expires_in: expiresIn };
  }
}

/** A person signed in. */
export class SignedInDto extends TokenPairDto {
  @Nested(() => UserProfileDto)
  user: UserProfileDto;

  static of({ tokens, user }: SignedIn): SignedInDto {
    return { ...TokenPairDto.from(tokens as TokenPair), user: UserProfileDto.from(user) };
  }
}

/** The token that a page sends back with whatever changes something. */
export class CsrfTokenDto {
  @Text({
    max: 68,
    description: 'Send as `X-CSRFToken`.',
    example: 'c29tZSBub25jZSBvZiAxOCBieXRl.bm90IGEgc2VhbCwgYnV0IGFzIGxvbmcgYXMgb25lISEh',
  })
  csrf_token: string;
}
